import type { Probe } from "../probe";
import { clients } from "./clients";
import { lists } from "./lists";
import { requests } from "./requests";
import { rules } from "./rules";
import { uploads } from "./uploads";

export const probes: readonly Probe[] = [...uploads, ...lists, ...clients, ...rules, ...requests];
