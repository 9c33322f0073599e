package io.sluice.grip;

/** One header line: the name as it was written, the value without surrounding blanks. */
public record Header(String name, String value) {}
