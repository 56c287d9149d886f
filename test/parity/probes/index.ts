import type { Probe } from "../probe";
import { certificates } from "./certificates";
import { clients } from "./clients";
import { lists } from "./lists";
import { requests } from "./requests";
import { rules } from "./rules";
import { targets } from "./targets";
import { uploads } from "./uploads";

const api = [...uploads, ...lists, ...clients, ...rules, ...requests];

export const probes: readonly Probe[] = [...api, ...certificates, ...targets];
