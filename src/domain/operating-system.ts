export const operatingSystems = ['macos', 'windows', 'linux'] as const
export type OperatingSystem = (typeof operatingSystems)[number]

/** What the machine runs in, as `submods.os.virtual` says it. */
export const virtualKinds = ['no', 'vm', 'container', 'wsl', 'unknown'] as const
export type VirtualKind = (typeof virtualKinds)[number]
