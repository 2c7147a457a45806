import type { SeparateMachine } from './a-separate-machine.ts'

const repository = '/var/cache/postern-repository'
const source = '/etc/apt/sources.list.d/postern-test.list'
const suite = 'test-security'

/** Offers a newer version of one installed package, as a security update, by a package repository in that machine's files. */
export async function offerSecurityUpdate(machine: SeparateMachine): Promise<void> {
  await machine.run(['/bin/sh', '-c', offer, 'sh', repository, source, suite])
}

export async function withdrawSecurityUpdate(machine: SeparateMachine): Promise<void> {
  await machine.run([
    '/bin/sh',
    '-c',
    `rm -r "$1" "$2" && rm /var/lib/apt/lists/*_${suite}_*`,
    'sh',
    repository,
    source,
  ])
}

/** Only our own source is fetched: from a folder, so that no network is asked. */
const offer = `set -e
repository=$1; source=$2; suite=$3
architecture=$(dpkg --print-architecture)
waiting=$(apt list --upgradable 2>/dev/null | sed -n 's|/.*||p')
package=$(dpkg-query --show --showformat '\${db:Status-Abbrev}\${Package} \${Architecture} \${Version}\\n' |
  grep '^ii ' | sed 's/^ii *//' | grep " $architecture " | grep --invert-match --line-regexp --fixed-strings "$waiting" |
  { while read -r name arch version; do echo "$waiting" | grep -qxF "$name" || { echo "$name $version"; break; }; done; })
name=\${package% *}; version=\${package#* }
lists=$repository/dists/$suite/main/binary-$architecture
mkdir -p "$lists"
cat > "$lists/Packages" <<END
Package: $name
Version: $version+postern1
Architecture: $architecture
Maintainer: Test <test@example.com>
Description: a newer version
Filename: pool/$name.deb
Size: 1
SHA256: 0000000000000000000000000000000000000000000000000000000000000000

END
sum=$(sha256sum "$lists/Packages" | cut -d' ' -f1); size=$(stat -c %s "$lists/Packages")
cat > "$repository/dists/$suite/Release" <<END
Origin: Test
Suite: $suite
Codename: $suite
Architectures: $architecture
Components: main
Date: $(date -Ru)
SHA256:
 $sum $size main/binary-$architecture/Packages
END
echo "deb [trusted=yes] file:$repository $suite main" > "$source"
apt-get update -o Dir::Etc::sourcelist="$source" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 -o APT::Sandbox::User=root
`
