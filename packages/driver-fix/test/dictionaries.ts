import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

// Small dictionaries in the XML of QuickFIX, of the same shape as the large ones.

const HEADER = [
  'BeginString',
  'BodyLength',
  'MsgType',
  'SenderCompID',
  'TargetCompID',
  'MsgSeqNum',
  'SendingTime',
]
const FIELDS = `
    <field number='8' name='BeginString' type='STRING' />
    <field number='9' name='BodyLength' type='LENGTH' />
    <field number='10' name='CheckSum' type='STRING' />
    <field number='11' name='ClOrdID' type='STRING' />
    <field number='34' name='MsgSeqNum' type='SEQNUM' />
    <field number='35' name='MsgType' type='STRING' />
    <field number='38' name='OrderQty' type='QTY' />
    <field number='43' name='PossDupFlag' type='BOOLEAN' />
    <field number='44' name='Price' type='PRICE' />
    <field number='49' name='SenderCompID' type='STRING' />
    <field number='52' name='SendingTime' type='UTCTIMESTAMP' />
    <field number='54' name='Side' type='CHAR'>
      <value enum='1' description='BUY' />
      <value enum='2' description='SELL' />
    </field>
    <field number='55' name='Symbol' type='STRING' />
    <field number='56' name='TargetCompID' type='STRING' />
    <field number='58' name='Text' type='STRING' />
    <field number='60' name='TransactTime' type='UTCTIMESTAMP' />
    <field number='98' name='EncryptMethod' type='INT' />
    <field number='108' name='HeartBtInt' type='INT' />
    <field number='112' name='TestReqID' type='STRING' />
    <field number='122' name='OrigSendingTime' type='UTCTIMESTAMP' />
    <field number='141' name='ResetSeqNumFlag' type='BOOLEAN' />
    <field number='447' name='PartyIDSource' type='CHAR' />
    <field number='448' name='PartyID' type='STRING' />
    <field number='452' name='PartyRole' type='INT' />
    <field number='453' name='NoPartyIDs' type='NUMINGROUP' />
    <field number='523' name='PartySubID' type='STRING' />
    <field number='627' name='NoHops' type='NUMINGROUP' />
    <field number='628' name='HopCompID' type='STRING' />
    <field number='630' name='HopRefID' type='SEQNUM' />
    <field number='802' name='NoPartySubIDs' type='NUMINGROUP' />
    <field number='803' name='PartySubIDType' type='INT' />
    <field number='1128' name='ApplVerID' type='STRING' />
    <field number='1137' name='DefaultApplVerID' type='STRING' />
    <field number='5000' name='VenueData' type='DATA' />
    <field number='5001' name='VenueDataLen' type='LENGTH' />`

const header = (...others: readonly string[]) => `
  <header>
    ${[...HEADER, ...others].map((name) => `<field name='${name}' required='${HEADER.includes(name) ? 'Y' : 'N'}' />`).join('\n    ')}
    <group name='NoHops' required='N'>
      <field name='HopCompID' required='N' />
      <field name='HopRefID' required='N' />
    </group>
  </header>
  <trailer>
    <field name='CheckSum' required='Y' />
  </trailer>`

const ADMIN = `
    <message name='Heartbeat' msgtype='0' msgcat='admin'>
      <field name='TestReqID' required='N' />
    </message>
    <message name='TestRequest' msgtype='1' msgcat='admin'>
      <field name='TestReqID' required='Y' />
    </message>
    <message name='Logout' msgtype='5' msgcat='admin'>
      <field name='Text' required='N' />
    </message>
    <message name='Logon' msgtype='A' msgcat='admin'>
      <field name='EncryptMethod' required='Y' />
      <field name='HeartBtInt' required='Y' />
      <field name='ResetSeqNumFlag' required='N' />
      <field name='DefaultApplVerID' required='N' />
    </message>`

const APPLICATION = `
    <message name='NewOrderSingle' msgtype='D' msgcat='app'>
      <field name='ClOrdID' required='Y' />
      <component name='Parties' required='N' />
      <field name='Symbol' required='Y' />
      <field name='Side' required='Y' />
      <field name='OrderQty' required='N' />
      <field name='Price' required='N' />
      <field name='TransactTime' required='N' />
      <field name='VenueDataLen' required='N' />
      <field name='VenueData' required='N' />
      <field name='Text' required='N' />
    </message>`

const COMPONENTS = `
  <components>
    <component name='Parties'>
      <group name='NoPartyIDs' required='N'>
        <field name='PartyID' required='Y' />
        <field name='PartyIDSource' required='N' />
        <field name='PartyRole' required='N' />
        <component name='SubIDs' required='N' />
      </group>
    </component>
    <component name='SubIDs'>
      <group name='NoPartySubIDs' required='N'>
        <field name='PartySubID' required='N' />
        <field name='PartySubIDType' required='N' />
      </group>
    </component>
  </components>`

const xml = (attributes: string, ...parts: readonly string[]) =>
  `<?xml version='1.0' encoding='UTF-8'?>\n<fix ${attributes}>${parts.join('')}\n  <fields>${FIELDS}\n  </fields>\n</fix>\n`

const messages = (...each: readonly string[]) => `\n  <messages>${each.join('')}\n  </messages>`

const FILES = {
  'FIX42.xml': xml(
    "type='FIX' major='4' minor='2'",
    header('PossDupFlag', 'OrigSendingTime'),
    messages(ADMIN, APPLICATION),
    COMPONENTS,
  ),
  'FIX44.xml': xml(
    "major='4' minor='4' servicepack='0' type='FIX'",
    header('PossDupFlag', 'OrigSendingTime'),
    messages(ADMIN, APPLICATION),
    COMPONENTS,
  ),
  'FIXT11.xml': xml(
    "type='FIXT' major='1' minor='1' servicepack='0'",
    header('ApplVerID', 'PossDupFlag', 'OrigSendingTime'),
    messages(ADMIN),
  ),
  'FIX50SP2.xml': xml(
    "type='FIX' major='5' minor='0' servicepack='2'",
    '\n  <header />\n  <trailer />',
    messages(APPLICATION),
    COMPONENTS,
  ),
}

/** Writes a dictionary into a directory, and gives its path. */
export function writeDictionary(directory: string, name: keyof typeof FILES): string {
  const path = join(directory, name)
  writeFileSync(path, FILES[name])
  return path
}
