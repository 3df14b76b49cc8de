/**
 * A device asks for a code that a person can enter elsewhere.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html
 * @module
 */
import { readJsonBody } from '../oauth/json-body.ts'
import { type Answer, answerJson, type HttpRequest } from '../service.ts'
import type { World } from '../world.ts'
import { DEVICE_GRANT } from './clients.ts'
import { DEVICE_PATH } from './device-page.ts'
import { DEVICE_LIFETIME_SECONDS } from './devices.ts'
import { createRefusal, requestId } from './errors.ts'
import type { IdentityCenter } from './identity-center.ts'

export function startDeviceAuthorization(request: HttpRequest, { url }: World, center: IdentityCenter): Answer {
  const body = readJsonBody(request, (problem) => createRefusal('invalid_request', problem))
  const client = center.clients.authenticate(body.required('clientId'), body.required('clientSecret'))
  if (!client.grantTypes.includes(DEVICE_GRANT))
    throw createRefusal('unauthorized_client', 'The client has not registered for device codes')
  if (body.required('startUrl').replace(/\/?(#\/?)?$/, '') !== center.startUrl)
    throw createRefusal('invalid_request', 'startUrl is not that of this access portal')

  const { deviceCode, userCode, intervalSeconds } = center.devices.begin(client)
  const verificationUri = url + DEVICE_PATH
  return answerJson(
    200,
    {
      deviceCode,
      userCode,
      verificationUri,
      verificationUriComplete: `${verificationUri}?user_code=${userCode}`,
      expiresIn: DEVICE_LIFETIME_SECONDS,
      interval: intervalSeconds,
    },
    requestId(),
  )
}
