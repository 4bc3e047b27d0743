import { execFileSync } from "node:child_process";

const from = process.env["TEST_REPOSITORY"];
const ref = process.env["INPUT_REF"] || "main";
const git = (...args) => execFileSync("git", args, { cwd: process.env["GITHUB_WORKSPACE"], stdio: "inherit" });
git("init", "--quiet");
git("fetch", "--quiet", "--depth", "1", `file://${from}`, ref);
git("checkout", "--quiet", "--force", "--detach", "FETCH_HEAD");
process.stdout.write(`checked out ${ref}\n`);
