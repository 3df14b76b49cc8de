import { join } from 'node:path'
import type { Cloud } from '../cloud/cloud-test.ts'
import { PACKER, writeBuild } from '../cloud/packer.ts'
import { watchAsking } from './asking.ts'
import type { Sight } from './sight.ts'
import { backUpByRestic, copyByAws, copyByRclone } from './transfers.ts'
import { fromFile, fromProgram } from './versions.ts'
import type { Start, Way } from './ways.ts'
import { type Work, watchWorking } from './working.ts'

/** A row of the table. */
export interface Client extends Facts {
  readonly watch: (cloud: Cloud, start: Start, isFixed: boolean) => Promise<Sight>
}

interface Facts {
  readonly name: string
  readonly version: () => Promise<string>
  /** A way by which it keeps a session for longer than it lasts, so that no refresh can be seen within seconds. */
  readonly keeps?: Way
}

const FILES = import.meta.dirname
const CLIENTS_FOLDER = 'test/interop/clients'
/** Beside it there is the one of pip, which goes by the same name. */
const DEBIAN_AWS = ['/usr/bin/aws']
const PIP_AWS = ['python3', '-m', 'awscli']

export const CLIENTS: readonly Client[] = [
  asking({
    name: 'boto3',
    version: fromProgram('python3', '-c', 'import boto3; print(boto3.__version__)'),
    keeps: 'imds',
    command: ['python3', join(FILES, 'boto3-client.py')],
  }),
  working({
    name: 'AWS CLI 1',
    version: fromProgram(...PIP_AWS, '--version'),
    keeps: 'imds',
    prepare: (cloud) => copyByAws(cloud, PIP_AWS),
  }),
  working({
    name: 'AWS CLI 2',
    version: fromProgram(...DEBIAN_AWS, '--version'),
    keeps: 'imds',
    prepare: (cloud) => copyByAws(cloud, DEBIAN_AWS),
  }),
  asking({
    name: 'AWS SDK for JavaScript 3',
    version: fromFile('package.json', /"@aws-sdk\/client-sts": "(.*?)"/),
    command: [process.execPath, join(FILES, 'js-client.js')],
  }),
  asking({
    name: 'AWS SDK for Go 2',
    version: fromFile(`${CLIENTS_FOLDER}/go/go.mod`, /aws-sdk-go-v2\/config v(\S+)/),
    command: [join(FILES, 'build/go-sdk')],
  }),
  asking({
    name: 'AWS SDK for Rust',
    version: fromFile(`${CLIENTS_FOLDER}/rust/Cargo.lock`, /"aws-config"\nversion = "(.*?)"/),
    command: [join(FILES, 'build/rust/debug/rust-client')],
  }),
  asking({
    name: 'AWS SDK for Java 2',
    version: fromFile(`${CLIENTS_FOLDER}/java/pom.xml`, /<version>(2\..*?)</),
    command: [
      'java',
      '-XX:TieredStopAtLevel=1',
      `@${join(FILES, 'build/java-class-path')}`,
      join(FILES, 'java/JavaClient.java'),
    ],
  }),
  asking({
    name: "Terraform's aws-sdk-go-base",
    version: fromFile(`${CLIENTS_FOLDER}/go/go.mod`, /aws-sdk-go-base\/v2 v(\S+)/),
    command: [join(FILES, 'build/go-base')],
  }),
  working({
    name: 'Packer',
    version: fromProgram(PACKER, 'version'),
    prepare: async (cloud) => ({ command: await writeBuild(cloud), requests: 20 }),
  }),
  working({ name: 'rclone', version: fromProgram('rclone', 'version'), prepare: copyByRclone }),
  working({ name: 'restic', version: fromProgram('restic', 'version'), prepare: backUpByRestic }),
  asking({
    name: "Livebook's aws_credentials, played",
    version: async () => '',
    command: [process.execPath, join(FILES, 'livebook-client.js')],
  }),
]

function asking({ command, ...facts }: Facts & { readonly command: readonly string[] }): Client {
  return {
    ...facts,
    watch: (cloud, { prefix, env }, isFixed) => watchAsking(cloud, [...prefix, ...command], env, { isFixed }),
  }
}

function working({ prepare, ...facts }: Facts & { readonly prepare: (cloud: Cloud) => Promise<Work> }): Client {
  return {
    ...facts,
    watch: async (cloud, { prefix, env }, isFixed) => {
      const work = await prepare(cloud)
      return watchWorking(cloud, { ...work, command: [...prefix, ...work.command] }, env, { isFixed })
    },
  }
}
