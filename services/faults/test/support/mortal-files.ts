import { basename } from "node:path";
import type { Files } from "../../../store/files.ts";
import { crashingFiles, type Disk } from "../../../store/test/crashing-files.ts";
import type { Life } from "./life.ts";

/** A disk's files as a program uses them: each operation is a step of its life, and the last one is left half done. */
export function mortalFiles(disk: Disk, life: Life): Files {
  const operate = async <Result>(name: string, path: string, run: (files: Files) => Promise<Result>) => {
    const dies = life.next(`${name} ${plainName(path)}`) === "dies";
    return run(crashingFiles(disk, dies ? 0 : Number.POSITIVE_INFINITY));
  };
  return {
    makeFolder: (path) => operate("makeFolder", path, (files) => files.makeFolder(path)),
    read: (path) => operate("read", path, (files) => files.read(path)),
    list: (path) => operate("list", path, (files) => files.list(path)),
    writeNew: (path, bytes) => operate("writeNew", path, (files) => files.writeNew(path, bytes)),
    append: (path, bytes) => operate("append", path, (files) => files.append(path, bytes)),
    sync: (path) => operate("sync", path, (files) => files.sync(path)),
    rename: (from, to) => operate("rename", to, (files) => files.rename(from, to)),
    link: (from, to) => operate("link", to, (files) => files.link(from, to)),
    remove: (path) => operate("remove", path, (files) => files.remove(path)),
  };
}

/** The same for every run: keysets and unfinished files by kind, not by their hash or random name. */
function plainName(path: string): string {
  return basename(path)
    .replace(/[0-9a-f]{64}/, "<keyset>")
    .replace(/\.[0-9a-f]{12}\.unfinished$/, " (unfinished)");
}
