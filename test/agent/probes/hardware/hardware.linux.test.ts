import { describe, expect, it } from 'vitest'
import { hardwareOnLinux, judgeDmi } from '#agent/probes/hardware/hardware.linux.ts'
import { aLinuxMachine, type LinuxMachineParts } from '#test/support/a-linux-machine.ts'

const take = (parts: LinuxMachineParts) => hardwareOnLinux.take(aLinuxMachine(parts))
const dmi = { '/sys/class/dmi/id/sys_vendor': 'LENOVO\n', '/sys/class/dmi/id/product_name': '20XWCTO1WW\n' }
const facts = { vendor: 'Lenovo', model: 'ThinkPad X1' }

describe('the hardware of a Linux machine', () => {
  it('is what its firmware says', async () => {
    const machine = aLinuxMachine({ files: dmi, facts })
    expect(await hardwareOnLinux.take(machine)).toEqual({
      kind: 'observed',
      value: { vendor: 'LENOVO', model: '20XWCTO1WW' },
      source: 'dmi',
    })
    expect(machine.asked).not.toContain('facts')
  })

  it('is what its device tree says where there is no DMI', async () => {
    const files = {
      '/proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0',
      '/proc/device-tree/compatible': 'raspberrypi,4-model-b\0brcm,bcm2711\0',
    }
    expect(await take({ files })).toMatchObject({
      value: { vendor: 'raspberrypi', model: 'Raspberry Pi 4 Model B Rev 1.4' },
      source: 'device-tree',
    })
  })

  it('has no name without either, whatever a library makes up', async () => {
    const made = { vendor: 'Docker', model: 'Docker Container' }
    expect(await take({ facts: made })).toEqual({ kind: 'unknown', why: 'not-present', source: 'dmi' })
  })

  it('is what the library says where DMI is there and denied', async () => {
    const denied = ['/sys/class/dmi/id']
    expect(await take({ files: dmi, denied, facts })).toMatchObject({ value: facts, source: 'systeminformation' })
    expect(await take({ files: dmi, denied })).toMatchObject({ kind: 'unknown', why: 'denied' })
  })

  it.each(['To be filled by O.E.M.', 'System Product Name', 'Default string', 'None', '0000000', 'xxxx', '  ', '\0'])(
    'is unknown where the maker left %j',
    (placeholder) => {
      expect(judgeDmi('ASUSTeK', placeholder)).toMatchObject({ kind: 'unknown', why: 'unrecognised-output' })
      expect(judgeDmi(placeholder, 'B450')).toMatchObject({ kind: 'unknown' })
    },
  )

  it('is cut to what a report may carry', () => {
    const reading = judgeDmi('A'.repeat(20) + 'b'.repeat(80), 'M\u0007odel\n')
    expect(reading).toMatchObject({ value: { vendor: 'A'.repeat(20) + 'b'.repeat(44), model: 'M odel' } })
  })
})
