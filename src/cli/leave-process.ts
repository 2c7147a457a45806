/**
 * Ends this process with its exit code, whatever is still open. `process.exit` waits for worker threads, and a call into
 * the keychain may hang in one until somebody answers a prompt; a signal would lose the exit code. So where the system
 * can, a shell takes this process over, which ends every thread, and exits.
 */
export function leaveProcess(code: number): never {
  try {
    process.execve?.('/bin/sh', ['sh', '-c', `exit ${code}`], {})
  } catch {
    // no such shell, or not on this system: then as Node does it
  }
  process.exit(code)
}
