import * as z from 'zod'

const side = z.int().min(320).max(10_000)

/** `window.json`: the window's last size, in pixels of the screen's scale. */
export const windowState = z.strictObject({ width: side, height: side })
export type WindowSize = z.infer<typeof windowState>
