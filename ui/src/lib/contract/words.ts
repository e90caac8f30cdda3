import type { LineChange, Field, PhoneFormat, Place, Problem, SecretConstant } from '$lib/backend/types';
import type { Catalogue } from '$lib/i18n/ru';

/** How an administrator writes the format of a phone: the same in every language. */
export const phoneFormats: Record<PhoneFormat, string> = {
  seven: '7XXXXXXXXXX',
  plus_seven: '+7XXXXXXXXXX',
  eight: '8XXXXXXXXXX',
  ten_digits: 'XXXXXXXXXX',
  pretty: '+7 (XXX) XXX-XX-XX',
};

type Words = Catalogue['contract'];

/** A field in words; the server’s own spelling where it is not one of ours. */
export const fieldName = (name: string, words: Words): string => words.fields[name as Field] ?? name;
/** A name inside a line, where spaces part the words. */
const unescaped = (name: string): string => name.replaceAll('%20', ' ').replaceAll('%25', '%');
const known = (table: Record<string, string>, word: string): string => table[word] ?? word;

/** What a line of the contract is about. */
export function lineName(key: string, words: Words): string {
  if (key in words.keys) {
    const plain = words.keys[key as keyof Words['keys']];
    if (typeof plain === 'string') return plain;
  }
  const [kind, ...rest] = key.split('.');
  const name = rest.join('.');
  switch (kind) {
    case 'field':
      return words.keys.field(fieldName(name, words));
    case 'answer':
      // `answer.at` is the place of the record itself.
      return words.keys.answer(fieldName(name === 'moment' ? 'at' : name, words));
    case 'record':
      return words.keys.record(unescaped(name));
    case 'constant':
      return words.keys.constant(rest.slice(1).join('.'));
    default:
      return key;
  }
}

/** Where the constant of a line stands: `constant.header.X-Api-Key`. */
export function constantOf(key: string): SecretConstant | null {
  const [kind, place, ...name] = key.split('.');
  return kind === 'constant' && place ? { place: place as Place, name: name.join('.') } : null;
}

/** The text of a line as a person reads it. */
export function lineText(key: string, text: string, words: Words): string {
  const kind = key.split('.')[0];
  if (text === '') return kind === 'field' ? words.empty.field : kind === 'answer' ? words.empty.answer : '—';
  if (kind === 'field' || kind === 'record') {
    return text
      .split(' + ')
      .map((slot) => slotText(slot, words))
      .join(' + ');
  }
  // A constant that is a text stands in quotes.
  if (kind === 'constant' && text === 'keychain') return words.serverKeys.kept;
  if (key === 'money' || key === 'answer.money' || key === 'answer.zeros') return known(words.formats, text);
  if (kind === 'answer' && key !== 'answer.at') {
    const [name = '', ...format] = text.split(' ');
    return [`«${unescaped(name)}»`, known(words.formats, format.join(' '))].filter(Boolean).join(', ');
  }
  return text;
}

function slotText(slot: string, words: Words): string {
  const must = slot.endsWith(' required');
  const [place = '', name = '', type = '', ...format] = (must ? slot.slice(0, -' required'.length) : slot).split(' ');
  return [
    `${known(words.places, place)} «${unescaped(name)}»`,
    known(words.types, type),
    known(words.formats, format.join(' ')),
    must ? words.required : '',
  ]
    .filter(Boolean)
    .join(', ');
}

export type LineKind = keyof Words['edit']['hint'];

/** Which example helps to write a line. */
export function lineKind(key: string): LineKind {
  const kind = key.split('.')[0];
  if (key === 'answer.at') return 'at';
  if (key === 'answer.money') return 'money';
  if (key === 'token' || key === 'session') return 'scheme';
  if (kind === 'record') return 'field';
  return kind as LineKind;
}

/** Why something can't be done, or what is unsure. */
export function contractProblem(problem: Problem, words: Words): string {
  const of = words.problems;
  const name = (field: Field) => capital(fieldName(field, words));
  switch (problem.problem) {
    case 'noMethod':
      return of.noMethod;
    case 'severalMethods':
      return of.severalMethods(problem.candidates.join(', '));
    case 'noPlace':
      return of.noPlace(fieldName(problem.field, words));
    case 'severalPlaces':
      return of.severalPlaces(name(problem.field), problem.candidates.join(', '));
    case 'unknownDemand':
      return of.unknownDemand(problem.name);
    case 'unitUnclear':
      return of.unitUnclear(name(problem.field), problem.said);
    case 'unwritable':
      return of.unwritable(name(problem.field), problem.said);
    case 'dangerous':
      return of.dangerous(problem.name, problem.danger);
    case 'noSecret':
      return of.noSecret(problem.name);
    case 'readIsWrite':
      return of.readIsWrite(problem.call, words.methods[problem.write]);
    case 'bodyKind':
      return of.bodyKind(problem.content_type);
  }
}

/** Whose line it is: a method's, or all methods'. */
export function changeOwner(change: Pick<LineChange, 'method'>, words: Words): string {
  return change.method ? words.methods[change.method] : words.common;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
