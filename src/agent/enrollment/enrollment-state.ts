import { type ActiveEnrollment, type EnrollmentRecord, enrollmentRecord } from '#contract/agent-state-files.ts'
import { Failure } from '#domain/failure.ts'
import { type CurrentValue, currentValue } from '#runtime/current-value.ts'
import { stateFile } from '#runtime/state-file.ts'

/** Where this device is enrolled; undefined: nowhere. On disk before it counts. */
export type EnrollmentState = Pick<CurrentValue<EnrollmentRecord | undefined>, 'read' | 'onChange'> & {
  write(next: EnrollmentRecord): Promise<void>
  clear(): Promise<void>
  /** The enrolment that messages can be sent for. Failure: `not_enrolled`. */
  active(): ActiveEnrollment
}

const version = 1

/** Reads `enrollment.json`. A file that cannot be read throws, and is not replaced by a new enrolment. */
export async function openEnrollment(path: string): Promise<EnrollmentState> {
  const file = stateFile<EnrollmentRecord>(path, version, enrollmentRecord)
  const value = currentValue<EnrollmentRecord | undefined>(await file.read())
  return {
    read: value.read,
    onChange: value.onChange,
    async write(next) {
      await file.write(next)
      value.replace(next)
    },
    async clear() {
      await file.remove()
      value.replace(undefined)
    },
    active() {
      const record = value.read()
      if (record?.state !== 'active') throw new Failure('not_enrolled', {})
      return record
    },
  }
}
