package headroom.inference.assembler.x86;

/** What the last operand of an instruction may be. */
public sealed interface Operand permits VectorRegister, Memory {}
