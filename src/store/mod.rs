//! All the SQL of the project: schema, reading, writing, the operation log.
