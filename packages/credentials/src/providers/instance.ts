/**
 * Credentials of the role of an EC2 instance, by IMDSv2.
 *
 * Reads   AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE,
 *         AWS_EC2_METADATA_V1_DISABLED, AWS_EC2_INSTANCE_PROFILE_NAME; the profile's disable_ec2_metadata,
 *         ec2_metadata_service_endpoint, …_mode, ec2_metadata_v1_disabled, ec2_instance_profile_name
 * Refresh Its sessions are served a while past their end when it cannot be asked.
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html
 * @module
 */
import type { InstanceRole } from '../clients/instance-role.ts'
import type { InstanceOptions } from '../formats/instance-endpoint.ts'
import { BOUNDED, type Provider } from '../model/provider.ts'
import { session } from '../model/sessions.ts'

export type { InstanceOptions }

/**
 * Steps aside where no instance answers within 2 s, or it has no role.
 * Throws `CONFIG_INVALID`, `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`.
 */
export function fromInstance(options: InstanceOptions = {}): Provider {
  let role: InstanceRole | undefined
  return {
    name: 'instance',
    timeoutMs: BOUNDED,
    async provide(context) {
      const { createInstanceRole } = await import('../clients/instance-role.ts')
      role ??= createInstanceRole(options, 'instance')
      const keys = await role.getCredentials(context)
      return 'skipped' in keys ? keys : session(keys)
    },
  }
}
