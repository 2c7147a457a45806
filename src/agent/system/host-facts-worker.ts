import { parentPort } from 'node:worker_threads'
import { osInfo, powerShellRelease, powerShellStart, system } from 'systeminformation'
import { askHostFacts } from './ask-host-facts.ts'
import { operatingSystem } from './operating-system.ts'

/** The thread that `host-facts` starts: asks the library its two questions, answers once. */
void answer()

async function answer(): Promise<void> {
  parentPort?.postMessage(await askHostFacts({ osInfo, system, powerShellStart, powerShellRelease }, operatingSystem()))
}
