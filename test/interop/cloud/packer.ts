import type { Cloud } from './cloud-test.ts'

/** Debian's, or another one, with its plugins in PACKER_PLUGIN_PATH: see newest-packer.sh. */
export const PACKER: string = process.env['PACKER'] ?? 'packer'

export const IMAGE = 'made-by-rolecall'

/** `packer build`, of a template as a user has it but that it does not wait long: not for EC2, nor to ask it again. */
export async function writeBuild({ write }: Cloud, provisioner = ''): Promise<readonly string[]> {
  const template = await write(
    'image.pkr.hcl',
    `source "amazon-ebs" "image" {
  region        = "us-east-1"
  source_ami    = "ami-12c6146b"
  instance_type = "t2.micro"
  communicator  = "none"
  ami_name      = "${IMAGE}"
  max_retries   = 1
  aws_polling {
    delay_seconds = 1
    max_attempts  = 20
  }
}
build {
  sources = ["source.amazon-ebs.image"]
  ${provisioner}
}
`,
  )
  return [PACKER, 'build', template]
}
