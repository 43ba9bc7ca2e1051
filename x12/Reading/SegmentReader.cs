using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Ips.X12;

/// <summary>How a file is read.</summary>
/// <param name="Separators">For a file that does not begin with an ISA. Null: derived from its first segment where that is safe.</param>
/// <param name="LongestSegment">In bytes. A longer one means that the terminator is wrong; reading stops.</param>
public sealed record ReadOptions(Separators? Separators = null, int LongestSegment = 1 << 20);

/// <summary>Reads segments from any stream in constant memory. It repairs what is safe and reports all of it in <see cref="Findings"/>; it throws only what the stream throws.</summary>
/// <remarks>
/// Each ISA at the beginning of a segment declares the separators that follow. Blanks and line breaks between segments are skipped. A file without line breaks,
/// with any line breaks, wrapped at a fixed width, with a byte-order mark or without its last terminator reads the same.
/// </remarks>
public sealed class SegmentReader(Stream stream, Findings findings, ReadOptions? options = null) : IDisposable
{
    internal static readonly SearchValues<byte> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);
    private static readonly SearchValues<byte> Filler = SearchValues.Create("\r\n \t\0\u001a"u8);
    private readonly ReadOptions options = options ?? new();
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int[] ends = new int[64];
    private int endCount;
    private int start;
    private int end;
    private int searched;
    private int segmentStart;
    private int segmentLength;
    private long bufferOffset;
    private bool started;
    private bool streamEnded;
    private bool stopped;

    private enum Step
    {
        Taken,
        NeedsBytes,
        Ended,
    }

    /// <summary>The separators in force; <see cref="Separators.Usual"/> until a segment was read.</summary>
    public Separators Separators { get; private set; } = Separators.Usual;

    /// <summary>What is wrong with the file so far.</summary>
    public Findings Findings { get; } = findings;

    /// <summary>Whether the file began with a byte-order mark.</summary>
    public bool HasByteOrderMark { get; private set; }

    /// <summary>Whether reading stopped before the end of the file because going on was not safe.</summary>
    public bool Stopped => stopped;

    /// <summary>Segments read so far.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes up to the end of the segment read last.</summary>
    public long Offset => bufferOffset + start;

    /// <summary>The segment read last.</summary>
    public Segment Current => new(buffer.AsSpan(segmentStart, segmentLength), ends.AsSpan(0, endCount), Separators, bufferOffset + segmentStart, Count);

    private bool separatorsKnown;

    /// <summary>Reads the next segment; false at the end.</summary>
    public bool Read()
    {
        while (true)
        {
            switch (Take())
            {
                case Step.Taken:
                    return true;
                case Step.Ended:
                    return false;
                default:
                    MakeRoom();
                    Filled(stream.Read(buffer, end, buffer.Length - end));
                    break;
            }
        }
    }

    /// <summary>Reads the next segment; false at the end.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            switch (Take())
            {
                case Step.Taken:
                    return true;
                case Step.Ended:
                    return false;
                default:
                    MakeRoom();
                    Filled(await stream.ReadAsync(buffer.AsMemory(end), cancellationToken));
                    break;
            }
        }
    }

    /// <summary>Returns the buffer; the stream stays open.</summary>
    public void Dispose()
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        (buffer, stopped, segmentLength, segmentStart) = ([], true, 0, 0);
    }

    private Step Take()
    {
        if (stopped)
            return Step.Ended;
        if (!started)
        {
            if (end - start < 4 && !streamEnded)
                return Step.NeedsBytes;
            started = true;
            if (!IsSingleByteText())
                return Stop();
        }

        while (true)
        {
            var filler = buffer.AsSpan(start, end - start).IndexOfAnyExcept(Filler);
            if (filler < 0)
            {
                (start, searched) = (end, 0);
                return streamEnded ? Step.Ended : Step.NeedsBytes;
            }

            if (filler > 0)
                (start, searched) = (start + filler, 0);
            if (searched == 0 && Separate() is { } step)
                return step;
            if (Cut() is { } cut)
                return cut;
        }
    }

    /// <summary>Sets the separators if an interchange begins here; null when the next segment can be cut.</summary>
    private Step? Separate()
    {
        var rest = buffer.AsSpan(start, end - start);
        if (rest.Length < 4 && !streamEnded)
            return Step.NeedsBytes;
        if (rest.Length >= 4 && rest.StartsWith("ISA"u8) && !Separators.IsData(rest[3]))
            return ReadHeader(rest);
        if (separatorsKnown)
            return null;
        if (rest.Length < 1024 && !streamEnded)
            return Step.NeedsBytes;
        var found = options.Separators ?? Guess(rest);
        if (found?.Problem() is null && found is not null)
        {
            (Separators, separatorsKnown) = (found, true);
            Add(FindingKind.SeparatorsAssumed, "no ISA segment", "an ISA segment that declares the separators",
                options.Separators is null ? $"The separators {found} were derived from the first segment; declare them if they differ."
                    : $"The declared separators {found} are used.", isError: false);
            return null;
        }

        Add(FindingKind.NoInterchange, found?.Problem() ?? $"{rest.Length} bytes that do not begin with a segment", "an ISA segment",
            "Send the whole interchange, or declare the separators.");
        return Stop();
    }

    private Step? ReadHeader(ReadOnlySpan<byte> rest)
    {
        var element = rest[3];
        var at = 3;
        for (var i = 1; i < 16 && at >= 0; i++)
        {
            var next = rest[(at + 1)..].IndexOf(element);
            at = next < 0 ? -1 : at + 1 + next;
        }

        if ((at < 0 || at + 2 >= rest.Length) && rest.Length < 1024 && !streamEnded)
            return Step.NeedsBytes;
        var repetition = Segment.Part(rest[..Math.Min(rest.Length, 1024)], element, 12);
        var declared = at < 0 || at + 2 >= rest.Length ? null : new Separators(element, rest[at + 1], rest[at + 2],
            repetition.Length == 1 && !Separators.IsData(repetition[0]) ? repetition[0] : null);
        if (declared?.Problem() is null && declared is not null)
        {
            (Separators, separatorsKnown) = (declared, true);
            if (declared.IsAmbiguous)
                Add(FindingKind.BadSeparators, "the same character in ISA11 and ISA16", "different separators for repetitions and components",
                    "Change one of them.");
            return null;
        }

        var found = declared?.Problem() ?? "an ISA with fewer than 16 elements";
        if (Separators.IsData(element) || Guess(rest) is not { } guess || guess.Problem() is not null)
        {
            Add(FindingKind.BadSeparators, found, "16 elements, of which the last is the component separator, followed by the segment terminator",
                "Send the interchange again with a correct ISA.");
            return Stop();
        }

        Add(FindingKind.BadSeparators, found, "16 elements, of which the last is the component separator, followed by the segment terminator",
            $"The separators {guess} were derived from the segments; correct the ISA.");
        (Separators, separatorsKnown) = (guess, true);
        return null;
    }

    /// <summary>Derives separators from a first segment: the character after its id, and the first other character that a segment id and the same separator follow.</summary>
    private static Separators? Guess(ReadOnlySpan<byte> rest)
    {
        var id = rest.IndexOfAnyExcept(IdCharacters);
        if (id is not (2 or 3) || rest[id] is < 33 or > 126)
            return null;
        var element = rest[id];
        for (var i = id + 1; i < rest.Length && i < 1024; i++)
        {
            var c = rest[i];
            if (c == element || Separators.IsData(c) || c is (byte)'.' or (byte)',' or (byte)'-' or (byte)'/')
                continue;
            var next = rest[(i + 1)..];
            var filler = next.IndexOfAnyExcept(Filler);
            if (filler < 0)
                continue;
            next = next[filler..];
            var nextId = next.IndexOfAnyExcept(IdCharacters);
            if (nextId is 2 or 3 && char.IsAsciiLetterUpper((char)next[0]) && next[nextId] == element)
            {
                byte[] components = [(byte)':', (byte)'>', (byte)'|'];
                return new(element, components.First(x => x != element && x != c), c, c == '^' || element == '^' ? null : (byte)'^');
            }
        }

        return null;
    }

    /// <summary>Cuts the next segment; null when it was empty and the search goes on.</summary>
    private Step? Cut()
    {
        var stop = buffer.AsSpan(start + searched, end - start - searched).IndexOf(Separators.Segment);
        if (stop < 0 && !streamEnded)
        {
            searched = end - start;
            if (searched < options.LongestSegment)
                return Step.NeedsBytes;
            Add(FindingKind.SegmentTooLong, $"{searched} bytes without {Separators}", $"a segment terminator within {options.LongestSegment} bytes",
                "Check the segment terminator that the ISA declares.");
            return Stop();
        }

        var length = stop < 0 ? end - start : searched + stop;
        (segmentStart, segmentLength) = (start, length);
        start += stop < 0 ? length : length + 1;
        searched = 0;
        Count++;
        var broken = Separators.Segment is not ((byte)'\r' or (byte)'\n') && RemoveLineBreaks();
        if (segmentLength == 0)
        {
            Count--;
            Add(FindingKind.SegmentId, "an empty segment", "a segment between two terminators", "Remove the second terminator.");
            return null;
        }

        Split();
        Report(broken, ended: stop >= 0);
        return Step.Taken;
    }

    /// <summary>Finds the element separators. Elements are a few bytes long, so that looking at 32 bytes at once finds several.</summary>
    private void Split()
    {
        var element = Separators.Element;
        if (ends.Length < segmentLength + 1)
            Array.Resize(ref ends, Math.Max(ends.Length * 2, segmentLength + 1));
        var count = 0;
        var at = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var wanted = Vector256.Create(element);
            for (; at < segmentLength && segmentStart + at + Vector256<byte>.Count <= buffer.Length; at += Vector256<byte>.Count)
            {
                var found = Vector256.Equals(Vector256.LoadUnsafe(ref buffer[segmentStart + at]), wanted).ExtractMostSignificantBits();
                if (segmentLength - at < Vector256<byte>.Count)
                    found &= (1u << (segmentLength - at)) - 1;
                for (; found != 0; found &= found - 1)
                    ends[count++] = at + BitOperations.TrailingZeroCount(found);
            }
        }

        for (; at < segmentLength; at++)
        {
            if (buffer[segmentStart + at] == element)
                ends[count++] = at;
        }

        ends[count] = segmentLength;
        endCount = count + 1;
    }

    private void Report(bool broken, bool ended)
    {
        var id = buffer.AsSpan(segmentStart, ends[0]);
        if (broken)
            Add(FindingKind.LineBreakInData, "a line break inside the segment", "line breaks only after a terminator", "The line break was taken out.",
                isError: false);
        if (!ended)
        {
            Add(FindingKind.SegmentNotEnded, "the end of the file", $"the terminator of {Current.IdText}", "Check that the file is complete.",
                isError: !id.SequenceEqual("IEA"u8));
        }

        if (id.Length is not (2 or 3) || id.ContainsAnyExcept(IdCharacters) || char.IsAsciiDigit((char)id[0]))
            Add(FindingKind.SegmentId, id.IsEmpty ? "no segment id" : Current.IdText, "two or three capital letters or digits", "Correct the segment id.");
    }

    private bool RemoveLineBreaks()
    {
        var span = buffer.AsSpan(segmentStart, segmentLength);
        if (span.IndexOfAny((byte)'\r', (byte)'\n') < 0)
            return false;
        var to = 0;
        foreach (var c in span)
        {
            if (c is not ((byte)'\r' or (byte)'\n'))
                span[to++] = c;
        }

        segmentLength = to;
        return true;
    }

    private bool IsSingleByteText()
    {
        var first = buffer.AsSpan(start, end - start);
        if (first.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
        {
            HasByteOrderMark = true;
            start += 3;
            return true;
        }

        if (!first.StartsWith<byte>([0xFF, 0xFE]) && !first.StartsWith<byte>([0xFE, 0xFF]) && !(first.Length >= 4 && (first[0] == 0) != (first[1] == 0)))
            return true;
        Add(FindingKind.Encoding, "text of two bytes for each character (UTF-16)", "one byte for each character",
            "Save the file as ASCII or UTF-8 and send it again.");
        return false;
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            bufferOffset += start;
            end -= start;
            start = 0;
        }

        if (end < buffer.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        buffer = larger;
    }

    private void Filled(int count)
    {
        end += count;
        streamEnded = count == 0;
    }

    private Step Stop()
    {
        stopped = true;
        return Step.Ended;
    }

    private void Add(FindingKind kind, string found, string expected, string fix, bool isError = true)
    {
        var inSegment = kind is FindingKind.LineBreakInData or FindingKind.SegmentNotEnded or FindingKind.SegmentId && segmentLength > 0;
        Findings.Add(new(SnipLevel.Syntax, kind, new(bufferOffset + (inSegment ? segmentStart : start), inSegment ? Count : Count + 1, 0, inSegment
            ? Current.IdText : ""),
            found, expected, fix)
        { IsError = isError });
    }
}
