import { existsSync } from 'node:fs'

/** Where a system puts it; `CHROMIUM` names another one. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromiumPath = [process.env['CHROMIUM'], ...places].find((path) => path !== undefined && existsSync(path))
