/**
 * Which room may import which (ARCHITECTURE.md draws it). Types count as imports: a type that points upwards is
 * as much of a knot as a call. `scripts/fences.test.ts` writes each wrong import and sees it refused.
 */

/** `convex/model` from the ground up: a lower floor never imports a higher one, nor a folder its neighbour. */
const FLOORS = [
  ["access", "knowledge"],
  ["hours", "agents"],
  ["analytics"],
  ["conversations"],
  ["accounts"],
  ["outbox"],
  ["handoff"],
  ["promises"],
  ["replies", "desk"],
  ["sms", "privacy"],
  ["processes"],
];

const model = (rooms) => `^convex/model/(${rooms.join("|")})/`;

const floors = FLOORS.flatMap((rooms, floor) =>
  rooms.map((room) => ({
    name: `floor-${floor + 1}-${room}`,
    comment: `convex/model/${room} is on floor ${floor + 1}: it may import the floors below it and itself.`,
    severity: "error",
    from: { path: model([room]) },
    to: {
      path: model(
        FLOORS.slice(floor)
          .flat()
          .filter((other) => other !== room),
      ),
    },
  })),
);

export default {
  forbidden: [
    ...floors,
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    exclude: { path: "_generated/|/dist/" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@computer-guys/source", "import", "types", "default"],
    },
  },
};
