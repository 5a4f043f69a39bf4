/**
 * Which devices and parts a text is about, and whether it may answer a question about others: the price of a screen
 * is no answer about a battery, nor that of a MacBook about a Windows laptop.
 */
import type { Unit } from "./passages";
import { DEVICES, findConcepts, listRelated, type Term } from "./text";
import { ANY_DEVICE, OPPOSED, PARTS } from "./vocabulary";

const COMPUTER = [...findConcepts(ANY_DEVICE)][0]!;
const PART_NAMES = findConcepts(PARTS.join(" "));
const OPPOSITES = OPPOSED.map((pair) => pair.map((word) => [...findConcepts(word)][0]!));

export interface Subject {
  devices: string[];
  parts: string[];
}

const isDevice = (concept: string) => DEVICES.has(concept) || concept === COMPUTER;

/** What the concepts of a question or a line name. */
export function readSubject(concepts: Iterable<string>): Subject {
  const all = [...concepts];
  return { devices: all.filter(isDevice), parts: all.filter((one) => PART_NAMES.has(one)) };
}

export const subjectOf = (topic: Term[]) => readSubject(topic.map(({ concept }) => concept));

/** A line's own subject; what it doesn't name, its heading does, and then the title. */
export function subjectOfUnit(unit: Unit, heading: Set<string>, title: Set<string>): Subject {
  const own = readSubject(unit.kind === "sentence" ? unit.concepts : unit.key);
  const above = readSubject(heading);
  const top = readSubject(title);
  const first = (...lists: string[][]) => lists.find((list) => list.length > 0) ?? [];
  // "At Computer Guys" is no computer.
  const named = own.devices.filter((one) => one !== COMPUTER);
  return unit.kind === "sentence"
    ? {
        devices: [...new Set([...named, ...first(above.devices, top.devices)])],
        parts: [...new Set([...own.parts, ...first(above.parts, top.parts)])],
      }
    : {
        devices: first(named, above.devices, top.devices),
        parts: first(own.parts, above.parts, top.parts),
      };
}

const kindsOf = (device: string) => [device, ...listRelated(device)];

/** Whether a line names another device or part than the question does. */
export function conflicts(asked: Subject, told: Subject): boolean {
  return partsConflict(asked.parts, told.parts) || devicesConflict(asked.devices, told.devices);
}

const partsConflict = (asked: string[], told: string[]) =>
  asked.length > 0 && told.length > 0 && !told.some((part) => asked.includes(part));

function devicesConflict(asked: string[], told: string[]): boolean {
  if (asked.length === 0 || told.length === 0) return false;
  const wanted = new Set(asked.flatMap(kindsOf));
  const named = new Set(told.flatMap(kindsOf));
  const opposed = OPPOSITES.some((pair) => {
    const [a, b] = pair as [string, string];
    const [wantsA, wantsB] = [wanted.has(a), wanted.has(b)];
    const [namesA, namesB] = [named.has(a), named.has(b)];
    return (wantsA && !wantsB && namesB && !namesA) || (wantsB && !wantsA && namesA && !namesB);
  });
  if (opposed) return true;
  return !asked.some((one) =>
    told.some((other) => kindsOf(one).includes(other) || kindsOf(other).includes(one)),
  );
}
