import { common } from './common';
import { contract } from './contract';
import { desktop } from './desktop';
import { errors, fieldErrors, tooManyRequests } from './errors';
import { guest } from './guest';
import { help } from './help';
import { journal } from './journal';
import { money } from './money';
import { network } from './network';
import { settings } from './settings';
import { shell } from './shell';
import { update } from './update';
import { wizard } from './wizard';

export const ru = {
  common,
  shell,
  wizard,
  guest,
  money,
  journal,
  network,
  contract,
  desktop,
  settings,
  help,
  update,
  errors,
  fieldErrors,
  tooManyRequests,
};

/** Every language has the same keys with the same arguments; the compiler sees to it. */
export type Catalogue = typeof ru;
