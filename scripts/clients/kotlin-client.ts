import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from './generate.ts';
import { PINS, run } from './tools.ts';
import type { Walk } from './walk.ts';

const dependency = (group: string, artifact: string, version: string): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

/** As a project of an app has it; the generated build is Gradle's, which fetches itself. */
const pom = ({
  kotlin,
  moshi,
  okhttp,
}: typeof PINS.kotlin): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>walk</groupId><artifactId>walk</artifactId><version>1</version>
  <properties><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
  <dependencies>
    ${dependency('org.jetbrains.kotlin', 'kotlin-stdlib', kotlin)}
    ${dependency('org.jetbrains.kotlin', 'kotlin-reflect', kotlin)}
    ${dependency('com.squareup.moshi', 'moshi-kotlin', moshi)}
    ${dependency('com.squareup.moshi', 'moshi-adapters', moshi)}
    ${dependency('com.squareup.okhttp3', 'okhttp', okhttp)}
  </dependencies>
  <build>
    <sourceDirectory>src/main/kotlin</sourceDirectory>
    <plugins>
      <plugin>
        <groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-maven-plugin</artifactId><version>${kotlin}</version>
        <executions><execution><id>compile</id><phase>compile</phase><goals><goal>compile</goal></goals></execution></executions>
        <configuration><jvmTarget>17</jvmTarget></configuration>
      </plugin>
    </plugins>
  </build>
</project>
`;

/** Walks with a client of openapi-generator's kotlin, built by Maven. @throws Error where it can't be generated or compiled, or the walk ends otherwise than it should */
export const walkWithKotlin = async (walk: Walk): Promise<void> => {
  const client = join(walk.folder, 'client');
  await generate(walk, 'kotlin', client);
  walk.copy(['Walk.kt'], join(client, 'src/main/kotlin'));
  writeFileSync(join(client, 'pom.xml'), pom(PINS.kotlin));
  const exec = `org.codehaus.mojo:exec-maven-plugin:${PINS.maven.execPlugin}:java`;
  const maven = [
    '--batch-mode',
    '--quiet',
    'compile',
    exec,
    '-Dexec.mainClass=WalkKt',
    '-Dexec.cleanupDaemonThreads=false',
  ];
  await run('mvn', maven, { cwd: client, env: walk.env });
};
