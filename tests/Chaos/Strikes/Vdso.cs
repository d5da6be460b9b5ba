using System.Buffers.Binary;
using System.Text;

namespace Chaos.Strikes;

/// <summary>Bytes to be written into the vDSO.</summary>
/// <param name="Offset">From its beginning.</param>
/// <param name="Bytes">What.</param>
internal sealed record VdsoPatch(int Offset, byte[] Bytes);

/// <summary>
/// The vDSO of a process on x86-64 (vdso(7)): the code by which it reads the clock. Each process has its own copy as soon as it is written to, so
/// that one process alone can be shown another time. Pure.
/// </summary>
/// <param name="image">All of it, as /proc/PID/mem has it.</param>
internal sealed class Vdso(byte[] image)
{
    private const int DynamicSymbols = 11, SectionHeaderSize = 64, SymbolSize = 24, Room = 32;

    // mov eax, SYS_clock_gettime; syscall; test edi, edi (CLOCK_REALTIME); jne to the ret; add qword [rsi], seconds; ret
    private static readonly byte[] s_clockGetTime = [0xB8, 228, 0, 0, 0, 0x0F, 0x05, 0x85, 0xFF, 0x75, 0x07, 0x48, 0x81, 0x06, 0, 0, 0, 0, 0xC3];

    // mov eax, SYS_gettimeofday; syscall; test rdi, rdi; je to the ret; add qword [rdi], seconds; ret
    private static readonly byte[] s_getTimeOfDay = [0xB8, 96, 0, 0, 0, 0x0F, 0x05, 0x48, 0x85, 0xFF, 0x74, 0x07, 0x48, 0x81, 0x07, 0, 0, 0, 0, 0xC3];

    /// <summary>What makes it tell another time: code in the padding at its end, then the jumps to it.</summary>
    public IReadOnlyList<VdsoPatch> Stepped(TimeSpan by)
    {
        var free = image.Length - (2 * Room);
        if (image.AsSpan(free).ContainsAnyExcept((byte)0) && !image.AsSpan(free).StartsWith(s_clockGetTime.AsSpan(0, JumpSize))) // ours of an earlier time
            throw new NotSupportedException("There is no room at the end of the vDSO.");
        var (clock, day) = (AddressOf("__vdso_clock_gettime"), AddressOf("__vdso_gettimeofday"));
        return
        [
            new(free, WithSeconds(s_clockGetTime, by)),
            new(free + Room, WithSeconds(s_getTimeOfDay, by)),
            new(clock, Jump(clock, free)),
            new(day, Jump(day, free + Room)),
        ];
    }

    /// <summary>What takes the jumps away; the code that they lead to stays, for a thread may be in it.</summary>
    public IReadOnlyList<VdsoPatch> Right() =>
        [.. new[] { AddressOf("__vdso_clock_gettime"), AddressOf("__vdso_gettimeofday") }.Select(at => new VdsoPatch(at, image[at..(at + JumpSize)]))];

    private const int JumpSize = 5;

    private static byte[] Jump(int from, int to)
    {
        var jump = new byte[JumpSize];
        jump[0] = 0xE9;
        BinaryPrimitives.WriteInt32LittleEndian(jump.AsSpan(1), to - (from + JumpSize));
        return jump;
    }

    private static byte[] WithSeconds(byte[] code, TimeSpan by)
    {
        var copy = code.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(copy.AsSpan(copy.Length - JumpSize), (int)by.TotalSeconds);
        return copy;
    }

    // elf(5): the section of the dynamic symbols, and the one with their names.
    private int AddressOf(string symbol)
    {
        var sections = Enumerable.Range(0, Short(0x3C)).Select(number => (int)Long(0x28) + (number * SectionHeaderSize)).ToArray();
        var symbols = sections.First(at => Int(at + 4) == DynamicSymbols);
        var names = (int)Long(sections[Int(symbols + 0x28)] + 0x18);
        var (from, size) = ((int)Long(symbols + 0x18), (int)Long(symbols + 0x20));
        for (var at = from; at < from + size; at += SymbolSize)
        {
            if (NameAt(names + Int(at)) == symbol)
                return (int)Long(at + 8);
        }
        throw new NotSupportedException($"The vDSO has no {symbol}.");
    }

    private string NameAt(int at) => Encoding.ASCII.GetString(image.AsSpan(at, image.AsSpan(at).IndexOf((byte)0)));

    private int Short(int at) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(at));

    private int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(at));

    private long Long(int at) => BinaryPrimitives.ReadInt64LittleEndian(image.AsSpan(at));
}
