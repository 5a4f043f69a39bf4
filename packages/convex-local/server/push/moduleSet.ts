/**
 * Pushed modules of the default runtime: compiled once, evaluated as often as is asked for. On Convex each call
 * evaluates its modules anew, so nothing in them lives from one run to the next.
 */
import path from "node:path";
import { compileFunction } from "node:vm";
import { currentIsolate } from "../../engine/isolate/run";

export type LoadedModule = Record<string, unknown>;

interface Module {
  exports: LoadedModule;
}

type Factory = (
  exports: LoadedModule,
  require: (specifier: string) => LoadedModule,
  module: Module,
) => void;

/** The modules that one evaluation has come by so far. */
export type Evaluated = Map<string, Module>;

export class ModuleSet {
  private readonly sources = new Map<string, { code: string; file: string }>();
  private readonly factories = new Map<string, Factory>();

  /** `code` is CommonJS. */
  add(name: string, code: string, file: string): void {
    this.sources.set(name, { code, file });
  }

  has(name: string): boolean {
    return this.sources.has(name);
  }

  /** Evaluates a module and what it imports, each once. */
  evaluate(name: string, evaluated: Evaluated = new Map()): LoadedModule {
    const known = evaluated.get(name);
    if (known !== undefined) return known.exports;
    const module: Module = { exports: {} };
    evaluated.set(name, module);
    let isEvaluated = false;
    const require = (specifier: string): LoadedModule => {
      // What is asked for after the module has run is an `import()`.
      if (isEvaluated && currentIsolate()?.inTransaction === true) {
        throw new TypeError("dynamic module import unsupported");
      }
      return this.evaluate(path.posix.join(path.posix.dirname(name), specifier), evaluated);
    };
    try {
      this.compile(name)(module.exports, require, module);
      isEvaluated = true;
    } catch (error) {
      evaluated.delete(name);
      throw error;
    }
    return module.exports;
  }

  private compile(name: string): Factory {
    const known = this.factories.get(name);
    if (known !== undefined) return known;
    const source = this.sources.get(name);
    if (source === undefined) throw new Error(`Could not find module "${name}"`);
    const factory = compileFunction(source.code, ["exports", "require", "module"], {
      filename: source.file,
    }) as Factory;
    this.factories.set(name, factory);
    return factory;
  }
}
