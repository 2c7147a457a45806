import * as z from 'zod'
import { count, id43 } from './wire-types.ts'

/** `<data>/log-signer.json`, beside its `version`: what the log's key signed last. */
export const logSignerState = z.strictObject({ log_id: z.string().min(1).max(320), size: count, root: id43 })
