//! What a folder lies on: a disk of this machine, a medium that can be taken away, or somebody else's machine.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::place::mount_of;

/// What a folder lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// A disk of this machine, or its memory.
    Local,
    /// What can be taken out: a USB stick, a card, a disc.
    Removable,
    /// A network file system.
    Network,
}

/// What a folder lies on; `None` where the system doesn't tell.
#[must_use]
pub fn medium(folder: &Path) -> Option<Medium> {
    let folder = folder.canonicalize().ok()?;
    let device = folder.metadata().ok()?.dev();
    medium_below(Path::new("/"), &folder, (rustix::fs::major(device), rustix::fs::minor(device)))
}

/// The same by the files `proc/self/mountinfo` and `sys/dev/block` below `root`. The device is asked for beside the mount,
/// since some file systems (btrfs, overlay) name one that no disk has: those count as local unless their mount says more.
fn medium_below(root: &Path, folder: &Path, (major, minor): (u32, u32)) -> Option<Medium> {
    let mounts = std::fs::read_to_string(root.join("proc/self/mountinfo")).ok()?;
    let mount = mount_of(&mounts, folder)?;
    if mount.is_network() {
        return Some(Medium::Network);
    }
    let blocks = root.join("sys/dev/block");
    let by_number = blocks.join(format!("{major}:{minor}")).canonicalize().ok();
    // What is mounted under another number names its disk: /dev/sdb1.
    let by_name = || {
        let name = Path::new(&mount.source).file_name()?;
        root.join("sys/class/block").join(name).canonicalize().ok()
    };
    let Some(block) = by_number.or_else(by_name) else { return Some(Medium::Local) };
    let on_usb = block.components().any(|part| {
        let name = part.as_os_str().to_string_lossy();
        name.strip_prefix("usb").is_some_and(|bus| !bus.is_empty() && bus.bytes().all(|byte| byte.is_ascii_digit()))
    });
    // A partition hasn't the file: its disk, the folder above, has.
    let taken_out = [Some(block.as_path()), block.parent()]
        .into_iter()
        .flatten()
        .any(|disk| std::fs::read_to_string(disk.join("removable")).is_ok_and(|answer| answer.trim() == "1"));
    Some(if on_usb || taken_out { Medium::Removable } else { Medium::Local })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine with a disk, a stick on USB (its own disk says that it is fixed), a card reader and a share.
    fn machine() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let make = |path: &str, text: &str| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        make(
            "proc/self/mountinfo",
            "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n40 22 8:17 / /media/stick rw - vfat /dev/sdb1 rw\n\
             41 22 179:1 / /media/card rw - exfat /dev/mmcblk0p1 rw\n42 22 0:35 / /srv/share rw - cifs //files/share rw\n\
             43 22 0:40 / /media/btr rw - btrfs /dev/sdb2 rw\n44 22 0:41 / /run rw - tmpfs tmpfs rw\n",
        );
        make("sys/devices/pci/ata1/block/sda/removable", "0\n");
        make("sys/devices/pci/ata1/block/sda/sda1/partition", "1\n");
        make("sys/devices/pci/usb2/2-1/block/sdb/removable", "0\n");
        make("sys/devices/pci/usb2/2-1/block/sdb/sdb1/partition", "1\n");
        make("sys/devices/pci/usb2/2-1/block/sdb/sdb2/partition", "2\n");
        make("sys/devices/mmc/block/mmcblk0/removable", "1\n");
        make("sys/devices/mmc/block/mmcblk0/mmcblk0p1/partition", "1\n");
        let link = |name: &str, target: &str| {
            let place = root.path().join(name);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(root.path().join("sys/devices").join(target), place).unwrap();
        };
        link("sys/dev/block/8:1", "pci/ata1/block/sda/sda1");
        link("sys/dev/block/8:17", "pci/usb2/2-1/block/sdb/sdb1");
        link("sys/dev/block/179:1", "mmc/block/mmcblk0/mmcblk0p1");
        link("sys/class/block/sdb2", "pci/usb2/2-1/block/sdb/sdb2");
        root
    }

    #[test]
    fn sticks_cards_and_shares_are_told_from_disks() {
        let root = machine();
        let of = |folder: &str, device| medium_below(root.path(), Path::new(folder), device).unwrap();
        assert_eq!(of("/srv/out", (8, 1)), Medium::Local);
        assert_eq!(of("/media/stick/out", (8, 17)), Medium::Removable);
        assert_eq!(of("/media/card", (179, 1)), Medium::Removable);
        assert_eq!(of("/srv/share/out", (0, 35)), Medium::Network);
        assert_eq!(of("/media/btr", (0, 40)), Medium::Removable, "its number is no disk's, its mount names one");
        assert_eq!(of("/run/user", (0, 41)), Medium::Local);
        assert_eq!(medium_below(Path::new("/nowhere"), Path::new("/srv"), (8, 1)), None);
    }
}
