using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ips.X12;

/// <summary>How a file is written.</summary>
/// <param name="Separators">The separators.</param>
/// <param name="Characters">The characters that the partner takes.</param>
/// <param name="LineBreaks">Whether each segment begins a line: for people; partners take both.</param>
public sealed record WriteOptions(Separators Separators, CharacterSet Characters = CharacterSet.Basic, bool LineBreaks = false)
{
    /// <summary>The usual separators and the basic character set.</summary>
    public static WriteOptions Usual { get; } = new(Separators.Usual);
}

/// <summary>Who sends a file to whom, under which numbers. The caller gives the control numbers and never gives one twice to the same partner.</summary>
/// <param name="SenderQualifier">ISA05.</param>
/// <param name="Sender">ISA06 and GS02.</param>
/// <param name="ReceiverQualifier">ISA07.</param>
/// <param name="Receiver">ISA08 and GS03.</param>
/// <param name="Created">ISA09, ISA10, GS04, GS05: the local time of the sender.</param>
/// <param name="InterchangeControl">ISA13, 1 to 999999999.</param>
/// <param name="GroupControl">GS06, 1 to 999999999.</param>
/// <param name="IsTest">ISA15.</param>
/// <param name="WantsAcknowledgement">ISA14: whether a TA1 is wanted.</param>
public sealed record OutgoingEnvelope(
    string SenderQualifier, string Sender, string ReceiverQualifier, string Receiver, DateTimeOffset Created, int InterchangeControl, int GroupControl,
        bool IsTest, bool WantsAcknowledgement = false);

/// <summary>Writes segments with explicit separators. What cannot be written is left out and reported as an error: a file with an error must not leave.</summary>
/// <remarks>Elements without a value at the end are not written. Words that are longer than their element are shortened and remarked on; codes are refused.</remarks>
public sealed class X12Writer(Stream output, WriteOptions options, Findings findings) : IDisposable
{
    private const int FlushAt = 64 * 1024;
    private static readonly IReadOnlyDictionary<string, SegmentDefinition> Definitions = TransactionGrammar.All[0].Segments;
    private readonly X12Text text = new(options.Separators, options.Characters);
    private readonly ArrayBufferWriter<byte> buffer = new(2 * FlushAt);
    private string interchange = "";
    private string group = "";
    private string set = "";
    private int groups;
    private int sets;
    private int segments;
    private long written;
    private long count;

    /// <summary>What could not be written, or only in part.</summary>
    public Findings Findings { get; } = findings;

    /// <summary>Writes ISA.</summary>
    public void BeginInterchange(OutgoingEnvelope envelope)
    {
        (interchange, groups) = (Control(envelope.InterchangeControl, "ISA13"), 0);
        Raw("ISA");
        var local = envelope.Created;
        string[] elements =
        [
            "00", "", "00", "", envelope.SenderQualifier, envelope.Sender, envelope.ReceiverQualifier, envelope.Receiver,
                local.ToString("yyMMdd", CultureInfo.InvariantCulture),
            local.ToString("HHmm", CultureInfo.InvariantCulture), options.Separators.Repetition is { } repetition ? ((char)repetition).ToString() : "U",
                "00501", interchange,
            envelope.WantsAcknowledgement ? "1" : "0", envelope.IsTest ? "T" : "P",
        ];
        int[] lengths = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1];
        for (var i = 0; i < elements.Length; i++)
        {
            if (elements[i].Length > lengths[i])
                Refuse("ISA", i + 1, $"{elements[i].Length} characters", $"at most {lengths[i]}", FindingKind.TooLong);
            else if (i != 10 && text.Refuse(elements[i]) is { } refusal)
                Refuse("ISA", i + 1, refusal, "characters of the partner's set", FindingKind.Character);
            Put(options.Separators.Element);
            Raw(elements[i].PadRight(lengths[i])[..lengths[i]]);
        }

        Put(options.Separators.Element);
        Put(options.Separators.Component);
        End();
    }

    /// <summary>Writes GS for transactions of a grammar.</summary>
    public void BeginGroup(OutgoingEnvelope envelope, TransactionGrammar grammar)
    {
        (group, sets) = (envelope.GroupControl.ToString(CultureInfo.InvariantCulture), 0);
        groups++;
        Control(envelope.GroupControl, "GS06");
        Segment("GS", grammar.Group, envelope.Sender, envelope.Receiver, envelope.Created.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
            envelope.Created.ToString("HHmm", CultureInfo.InvariantCulture),
            group, "X", grammar.Version);
    }

    /// <summary>Writes ST with the next number of the group, from 0001.</summary>
    /// <returns>ST02.</returns>
    public string BeginSet(TransactionGrammar grammar)
    {
        set = (++sets).ToString("0000", CultureInfo.InvariantCulture);
        segments = 0;
        // An 835 says its version in GS08 only.
        Segment("ST", grammar.Id, set, grammar.Id == "835" ? null : grammar.Version);
        return set;
    }

    /// <summary>Writes SE.</summary>
    public void EndSet() => Segment("SE", segments + 1, set);

    /// <summary>Writes GE.</summary>
    public void EndGroup() => Segment("GE", sets, group);

    /// <summary>Writes IEA and flushes.</summary>
    public void EndInterchange()
    {
        Segment("IEA", groups, interchange);
        Flush();
    }

    /// <summary>Writes a segment.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="elements">Its elements from 01; empty ones at the end are left out.</param>
    public void Segment(string id, params ReadOnlySpan<X12Value> elements)
    {
        while (elements.Length > 0 && string.IsNullOrEmpty(elements[^1].Text))
            elements = elements[..^1];
        segments++;
        Raw(id);
        Definitions.TryGetValue(id, out var definition);
        for (var i = 0; i < elements.Length; i++)
        {
            Put(options.Separators.Element);
            if (!string.IsNullOrEmpty(elements[i].Text))
                Element(id, i + 1, elements[i], definition is not null && i < definition.Elements.Count ? definition.Elements[i] : null);
        }

        End();
    }

    /// <summary>Writes what is in the buffer.</summary>
    public void Flush()
    {
        output.Write(buffer.WrittenSpan);
        written += buffer.WrittenCount;
        buffer.ResetWrittenCount();
    }

    /// <summary>Flushes; the stream stays open.</summary>
    public void Dispose() => Flush();

    private void Element(string id, int element, X12Value value, ElementDefinition? definition)
    {
        if (value.IsComposite)
        {
            var first = true;
            foreach (var component in value.Text!.Split(X12Value.ComponentMark))
            {
                if (!first)
                    Put(options.Separators.Component);
                first = false;
                Code(id, element, component);
            }
        }
        else if (value.IsWords)
        {
            Words(id, element, value.Text!, definition);
        }
        else
        {
            Code(id, element, value.Text!);
        }
    }

    private void Code(string id, int element, string code)
    {
        if (text.Refuse(code) is { } refusal)
            Refuse(id, element, refusal, "characters of the partner's set", FindingKind.Character);
        else
            Raw(code);
    }

    private void Words(string id, int element, string words, ElementDefinition? definition)
    {
        if (text.Words(words, out var refusal) is not { } fitted)
        {
            Refuse(id, element, refusal!, "words in Latin letters", FindingKind.Character);
            return;
        }

        if (definition is not null && fitted.Length > definition.Max)
        {
            Findings.Add(new(SnipLevel.Syntax, FindingKind.TooLong, At(id, element), $"{fitted.Length} characters", $"at most {definition.Max}",
                "The text was shortened.")
            { IsError = false });
            fitted = fitted[..definition.Max].TrimEnd();
        }

        Raw(fitted);
    }

    private string Control(int control, string reference)
    {
        if (control is < 1 or > 999_999_999)
            Refuse(reference[..^2], 0, $"control number {control}", "1 to 999999999", FindingKind.ControlNumber);
        return control.ToString("000000000", CultureInfo.InvariantCulture);
    }

    private void Refuse(string id, int element, string found, string expected, FindingKind kind) =>
        Findings.Add(new(SnipLevel.Syntax, kind, At(id, element), found, expected, "Correct the value before the file is written again."));

    private Position At(string id, int element) => new(written + buffer.WrittenCount, count + 1, segments, id, null, element);

    private void End()
    {
        count++;
        Put(options.Separators.Segment);
        if (options.LineBreaks)
            Put((byte)'\n');
        if (buffer.WrittenCount >= FlushAt)
            Flush();
    }

    private void Put(byte b)
    {
        buffer.GetSpan(1)[0] = b;
        buffer.Advance(1);
    }

    private void Raw(string ascii) => buffer.Advance(Encoding.ASCII.GetBytes(ascii, buffer.GetSpan(ascii.Length)));
}
