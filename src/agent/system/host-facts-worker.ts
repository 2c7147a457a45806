import { parentPort } from 'node:worker_threads'
import { osInfo, system } from 'systeminformation'

/** The thread that `host-facts` starts: asks the library its two questions, answers once. */
void answer()

async function answer(): Promise<void> {
  const [os, hardware] = await Promise.all([osInfo(), system()])
  parentPort?.postMessage({
    distro: os.distro,
    release: os.release,
    manufacturer: hardware.manufacturer,
    model: hardware.model,
  })
}
