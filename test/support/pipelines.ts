import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const FOLDER = join(__dirname, "../../examples/pipelines");

interface GithubWorkflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
}

function textOf(file: string): string {
  return readFileSync(join(FOLDER, file), "utf8");
}

/** The shell lines of each job. */
export function githubCommands(): Record<string, string[]> {
  const { jobs } = parse(textOf("github-actions.yml")) as GithubWorkflow;
  const lines = ({ run = "" }: { run?: string }) => run.split("\n").filter(Boolean);
  return Object.fromEntries(Object.entries(jobs).map(([name, { steps }]) => [name, steps.flatMap(lines)]));
}

export function gitlabCommands(): Record<string, string[]> {
  const { default: common, ...jobs } = parse(textOf("gitlab-ci.yml")) as Record<string, { script: string[] }> & {
    default: { before_script: string[] };
  };
  return Object.fromEntries(
    Object.entries(jobs).map(([name, job]) => [name, [...common.before_script, ...job.script]]),
  );
}
