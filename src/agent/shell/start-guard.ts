/** Switches that weaken the sandbox, TLS, the network or the keychain. Fuses stop only `--inspect*` (desktop.md section 5). */
export const refusedSwitches = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'no-sandbox',
  'disable-web-security',
  'ignore-certificate-errors',
  'host-rules',
  'host-resolver-rules',
  'proxy-server',
  'proxy-pac-url',
  'load-extension',
  'js-flags',
  'password-store',
  'log-net-log',
  // What comes to the same by another name.
  'single-process',
  'disable-setuid-sandbox',
  'disable-seccomp-filter-sandbox',
  'disable-namespace-sandbox',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'gpu-launcher',
  'ignore-certificate-errors-spki-list',
  'allow-running-insecure-content',
  'unsafely-treat-insecure-origin-as-secure',
] as const

export const refusedVariables = ['ELECTRON_DISABLE_SANDBOX'] as const

export type StartRefusal = { readonly kind: 'switch' | 'variable'; readonly name: string }

export const refusedExitCode = 64

/**
 * What the app must not be started with, as Chromium would read it: one dash or two, on Windows a slash, in any case,
 * with or without a value, space around it ignored. Undefined: it may start. The first word is the program.
 */
export function startRefusal(
  argv: readonly string[],
  environment: { readonly [name: string]: string | undefined },
): StartRefusal | undefined {
  for (const word of argv.slice(1)) {
    const name = /^(?:--?|\/)([^=]+)/.exec(word.trim())?.[1]?.trim().toLowerCase()
    if (name !== undefined && refusedSwitches.some((refused) => refused === name)) return { kind: 'switch', name }
  }
  const variable = refusedVariables.find((name) => environment[name] !== undefined)
  return variable === undefined ? undefined : { kind: 'variable', name: variable }
}

/** One line for stderr, in English: it is read before any language is known. */
export function refusalLine({ kind, name }: StartRefusal): string {
  const what = kind === 'switch' ? `the switch --${name}` : `the environment variable ${name}`
  return `postern: refused to start with ${what}, because it weakens the protection of this program.`
}
