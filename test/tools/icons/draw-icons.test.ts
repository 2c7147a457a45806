import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { icoSizes, readPng, shapeOf } from '#test/support/icon-pixels.ts'
import {
  drawIcons,
  linuxAppSizes,
  linuxTraySizes,
  panelColour,
  trayIconNames,
  windowsAppSizes,
  windowsTraySizes,
} from '#tools/icons/draw-icons.ts'

const assets = join(import.meta.dirname, '..', '..', '..', 'assets')
const read = (path: string) => readFile(join(assets, path))
const template = (name: string, suffix = '') => `tray/macos/${name}Template${suffix}.png`

describe('The icons of the repository', () => {
  it('are what their sources give, all of them and no other', async () => {
    const drawn = await drawIcons((path) => readFile(join(assets, path), 'utf8'))
    for (const { path, bytes } of drawn) expect((await read(path)).equals(bytes), path).toBe(true)
    const kept = (await Promise.all(['tray', 'icons'].map((folder) => filesBelow(folder)))).flat()
    expect(kept.filter((path) => !path.endsWith('.svg')).sort()).toEqual(drawn.map(({ path }) => path).sort())
  })

  it('stay small', async () => {
    const sizes = await Promise.all((await filesBelow('tray')).map(async (path) => (await read(path)).length))
    expect(Math.max(...sizes)).toBeLessThan(20_000)
  })
})

describe('The tray icons', () => {
  it.each(trayIconNames)('has, for macOS, %s in black and alpha only, at 16 and 32 pixels', async (name) => {
    for (const [suffix, pixels] of [['', 16] as const, ['@2x', 32] as const]) {
      const icon = readPng(await read(template(name, suffix)))
      expect([icon.width, icon.height]).toEqual([pixels, pixels])
      const colours = icon.rgba.filter((_, at) => at % 4 !== 3 && (icon.rgba[at - (at % 4) + 3] ?? 0) > 0)
      expect(Math.max(...colours)).toBe(0)
      const alphas = new Set(icon.rgba.filter((_, at) => at % 4 === 3))
      expect(alphas.has(0) && alphas.has(255)).toBe(true)
    }
  })

  it.each(trayIconNames)('has, for Windows, %s in every size of its tray', async (name) => {
    expect(icoSizes(await read(`tray/windows/${name}.ico`))).toEqual([...windowsTraySizes])
  })

  it.each(trayIconNames)('has, for Linux, %s in every size of its panels', async (name) => {
    for (const pixels of linuxTraySizes) {
      const icon = readPng(await read(`tray/linux/${name}-${pixels}.png`))
      expect([icon.width, icon.height]).toEqual([pixels, pixels])
    }
  })

  it('differ by shape at 16 pixels, each pair by more than an eighth of the square', async () => {
    const shapes = await Promise.all(
      trayIconNames.map(async (name) => ({ name, shape: shapeOf(readPng(await read(template(name)))) })),
    )
    for (const one of shapes)
      for (const other of shapes) {
        if (one.name >= other.name) continue
        const differing = one.shape.filter((there, at) => there !== other.shape[at]).length
        expect(differing, `${one.name} and ${other.name}`).toBeGreaterThan(256 / 8)
      }
  })

  it.each(['#ffffff', '#eff0f1', '#2a2e32', '#1c1c1c', '#000000'])(
    'stand out three to one on a panel of %s',
    (panel) => {
      expect(contrast(panelColour, panel)).toBeGreaterThanOrEqual(3)
    },
  )
})

describe('The icon of the app', () => {
  it('is there in every size of each system', async () => {
    for (const pixels of linuxAppSizes)
      expect(readPng(await read(`icons/linux/${pixels}x${pixels}.png`)).width).toBe(pixels)
    expect(icoSizes(await read('icons/postern.ico'))).toEqual([...windowsAppSizes])
    expect((await read('icons/postern.icns')).subarray(0, 4).toString('latin1')).toBe('icns')
  })
})

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(assets, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(assets.length + 1))
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
