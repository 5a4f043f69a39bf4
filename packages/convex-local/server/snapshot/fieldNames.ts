/** Which names fields and tables may have. */

const MAX_LENGTH = 1024;
const MAX_TABLE_LENGTH = 64;

export function checkFieldName(name: string): void {
  if (name === "") throw new Error("Field name cannot be empty.");
  if (name.length > MAX_LENGTH) {
    throw new Error(`Field name ${name.slice(0, 40)}… exceeds maximum field name length.`);
  }
  if (name.startsWith("$")) {
    throw new Error(`Field name ${name} starts with '$', which is reserved.`);
  }
  if (!/^[\x20-\x7e]*$/.test(name)) {
    throw new Error(`Field name ${name} must only contain non-control ASCII characters.`);
  }
}

/** What is wrong with the name of a table, or `null`. System tables begin with an underscore. */
export function findTableNameProblem(name: string): string | null {
  if (name.length > MAX_TABLE_LENGTH) {
    return `Identifier is too long (${name.length} > maximum ${MAX_TABLE_LENGTH})`;
  }
  if (!/^[a-zA-Z_]/.test(name)) {
    return `Invalid first character in '${name}': Identifiers must start with an alphabetic character or underscore`;
  }
  if (!/^\w+$/.test(name)) {
    return `Identifier ${name} has an invalid character: Identifiers can only contain alphanumeric characters or underscores`;
  }
  return null;
}

export function isSystemTable(name: string): boolean {
  return name.startsWith("_");
}
