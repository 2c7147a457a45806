import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readFindings } from './read-findings.ts'

/**
 * What electronegativity calls HIGH in a folder of scripts and pages, in sentences, and every file that it could not read
 * (it passes over those, and ends with 0 whatever it finds). An extra beside the bundle gates, never the only one.
 */
export async function highFindings(folder: string, electronVersion: string): Promise<readonly string[]> {
  const report = `${folder}.csv`
  try {
    const scan = join(import.meta.dirname, 'scan-electron-code.ts')
    const { stdout } = await promisify(execFile)(process.execPath, [scan, folder, report, electronVersion])
    const unread: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    if (!Array.isArray(unread)) throw new Error('the scan did not say what it could not read')
    const findings = readFindings(await readFile(report, 'utf8'))
    return [
      ...unread.map((each) => `could not be read: ${JSON.stringify(each)}`),
      ...findings
        .filter(({ severity }) => severity.toUpperCase() === 'HIGH')
        .map(({ issue, file, location }) => `${issue} in ${file} at ${location}`),
    ]
  } finally {
    await rm(report, { force: true })
  }
}
