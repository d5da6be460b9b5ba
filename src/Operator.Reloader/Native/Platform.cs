using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]
// All calls into libc take numbers and pointers, so they are compiled ahead like the rest instead of by the JIT at each start.
[assembly: DisableRuntimeMarshalling]
