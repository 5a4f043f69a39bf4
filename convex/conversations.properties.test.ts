/**
 * Random interleavings of a conversation, transaction by transaction: customers, technicians, writers that are
 * slow, doubled or dead, jobs that are lost or late, the clock. DESIGN's invariants hold after every commit.
 */
import { checks } from "./test.simulationChecks";
import { MemoryEngine } from "./test.simulationEngine";
import { peopleSteps } from "./test.simulationPeople";
import { holdTheClock, randomInterleavings } from "./test.simulationRuns";
import { timeSteps } from "./test.simulationTime";
import { writerSteps } from "./test.simulationWriters";

holdTheClock();

const kinds = [...peopleSteps, ...writerSteps, ...timeSteps];

randomInterleavings(() => new MemoryEngine(), { kinds, checks }, []);
