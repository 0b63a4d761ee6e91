//! The one projection from operations to state.
