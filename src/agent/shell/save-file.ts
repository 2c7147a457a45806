import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { app, dialog } from 'electron'
import type { SavePort } from '#agent/ports.ts'
import { Failure } from '#domain/failure.ts'
import { fileReason } from '#runtime/file-reason.ts'

/** Asks the person where, and writes what is shown there, for their eyes alone. */
export const saveFile: SavePort = {
  async save(name, content) {
    const defaultPath = join(app.getPath('downloads'), basename(name))
    const { canceled, filePath } = await dialog.showSaveDialog({ defaultPath })
    if (canceled || filePath === '') return null
    try {
      await writeFile(filePath, content, { mode: 0o600 })
      return filePath
    } catch (cause) {
      throw new Failure('state_unwritable', { file: filePath, reason: fileReason(cause) }, { cause })
    }
  },
}
