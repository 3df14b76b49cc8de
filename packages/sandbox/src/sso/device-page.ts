/** The page on which a person enters the code of a device, and lets it in. */
import { answerPage, PageRefusal } from '../browser/page.ts'
import type { Answer, HttpRequest } from '../service.ts'
import type { World } from '../world.ts'
import { describeRequest } from './authorize.ts'
import type { IdentityCenter } from './identity-center.ts'

export const DEVICE_PATH = '/device'

/** Without a code it asks for one. @throws PageRefusal */
export function showDevice(request: HttpRequest, world: World, center: IdentityCenter): Answer {
  const userCode = request.query.get('user_code')
  if (userCode === null) return answerPage('Sign in a device', CODE_FORM)

  const device = center.devices.findWaiting(userCode)
  if (!device) throw new PageRefusal('InvalidRequestException', 400, 'No device waits for this code')
  const decide = (decision: 'allowed' | 'denied'): Answer => {
    device.decision = decision
    return answerPage(`The request was ${decision}`, '<p>You can close this window.</p>')
  }
  return center.questions.ask(request, {
    title: 'Allow access to your AWS accounts?',
    facts: { Code: device.userCode, ...describeRequest(device.client, world, center) },
    allow: () => decide('allowed'),
    deny: () => decide('denied'),
  })
}

const CODE_FORM = `<form method="get" action="${DEVICE_PATH}">
<p><label>Code shown on the device <input name="user_code" required autocomplete="off"></label></p>
<button type="submit">Next</button>
</form>`
