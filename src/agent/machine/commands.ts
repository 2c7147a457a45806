/** Every program Postern may start, with the absolute paths to try in order. Nothing is looked up in `PATH`. */
export const commands = {
  'apt-config': ['/usr/bin/apt-config'],
  apt: ['/usr/bin/apt'],
  busctl: ['/usr/bin/busctl', '/bin/busctl'],
  checkupdates: ['/usr/bin/checkupdates'],
  dnf: ['/usr/bin/dnf', '/usr/bin/dnf5'],
  findmnt: ['/usr/bin/findmnt', '/bin/findmnt'],
  'firewall-cmd': ['/usr/bin/firewall-cmd'],
  fscrypt: ['/usr/bin/fscrypt', '/usr/local/bin/fscrypt'],
  gsettings: ['/usr/bin/gsettings'],
  iptables: ['/usr/sbin/iptables', '/sbin/iptables'],
  'iptables-legacy': ['/usr/sbin/iptables-legacy', '/sbin/iptables-legacy'],
  'ip6tables-legacy': ['/usr/sbin/ip6tables-legacy', '/sbin/ip6tables-legacy'],
  lsblk: ['/usr/bin/lsblk', '/bin/lsblk'],
  mdatp: ['/usr/bin/mdatp'],
  mokutil: ['/usr/bin/mokutil'],
  'needs-restarting': ['/usr/bin/needs-restarting'],
  nft: ['/usr/sbin/nft', '/sbin/nft', '/usr/bin/nft'],
  realm: ['/usr/sbin/realm', '/usr/bin/realm'],
  rpm: ['/usr/bin/rpm'],
  ss: ['/usr/bin/ss', '/bin/ss', '/usr/sbin/ss', '/sbin/ss'],
  systemctl: ['/usr/bin/systemctl', '/bin/systemctl'],
  'systemd-detect-virt': ['/usr/bin/systemd-detect-virt'],
  'xfconf-query': ['/usr/bin/xfconf-query'],
  zfs: ['/usr/sbin/zfs', '/sbin/zfs', '/usr/bin/zfs'],
} as const satisfies Record<string, readonly string[]>

export type ProgramName = keyof typeof commands
