using System.Text;
using Xunit;

namespace Ips.X12.Tests;

/// <summary>Files as they come, and what the reader reports about the broken ones.</summary>
public sealed class ReaderTests
{
    private const string Isa = "ISA*00*          *00*          *ZZ*ALLIANCENC     *ZZ*IPSHARBOR      *261127*0915*^*00501*000000101*0*T*:~";
    private const string Body = "GS*FA*A*B*20261127*0915*1*X*005010X231A1~ST*999*0001*005010X231A1~AK1*HC*7~AK9*A*1*1*1~SE*4*0001~GE*1*1~";
    private const string Whole = Isa + Body + "IEA*1*000000101~";

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r\n    ")]
    [InlineData("\n\n")]
    public void Line_ends_and_blanks_between_segments_change_nothing(string between)
    {
        var (segments, findings) = Read(Whole.Replace("~", "~" + between, StringComparison.Ordinal));
        Assert.Equal(["ISA", "GS", "ST", "AK1", "AK9", "SE", "GE", "IEA"], segments);
        Assert.Equal(0, findings.Count);
    }

    [Fact]
    public void Byte_order_mark_is_skipped() => Assert.Equal(0, Read("\uFEFF" + Whole).Findings.Count);

    [Theory]
    [InlineData('\r')]
    [InlineData('\n')]
    [InlineData('\'')]
    public void Segment_terminator_is_that_of_the_ISA(char terminator)
    {
        var (segments, findings) = Read(Whole.Replace('~', terminator));
        Assert.Equal(8, segments.Count);
        Assert.Equal(0, findings.Count);
    }

    [Fact]
    public void File_wrapped_at_80_columns_reads_the_same()
    {
        var wrapped = string.Join("\r\n", Whole.Chunk(80).Select(c => new string(c)));
        var (segments, findings) = Read(wrapped);
        Assert.Equal(8, segments.Count);
        Assert.Equal(0, findings.Errors);
        Assert.Contains(findings.Stored, f => f.Kind == FindingKind.LineBreakInData);
    }

    [Fact]
    public void Each_interchange_has_its_own_separators()
    {
        var (segments, findings) = Read(Whole + Whole.Replace('*', '|').Replace(':', '>').Replace('~', '\n'));
        Assert.Equal(16, segments.Count);
        Assert.Equal(0, findings.Count);
    }

    [Fact]
    public void Every_chunking_of_the_stream_reads_the_same()
    {
        for (var size = 1; size < 50; size += 7)
        {
            using X12Reader reader = new(new SmallReads(Encoding.ASCII.GetBytes(Whole + Whole), size));
            var count = 0;
            while (reader.Read())
                count++;
            Assert.Equal(16, count);
            Assert.Equal(0, reader.Findings.Count);
        }
    }

    [Fact]
    public async Task Asynchronous_reading_gives_the_same()
    {
        using X12Reader reader = new(Sample.Open("imsweb/x12_complex.txt"));
        List<string> segments = [];
        while (await reader.ReadAsync())
            segments.Add(reader.Current.IdText);
        Assert.Equal(Read(Encoding.ASCII.GetString(Sample.Bytes("imsweb/x12_complex.txt"))).Segments, segments);
    }

    [Fact]
    public void Fragment_without_ISA_is_read_with_separators_of_its_first_segment()
    {
        var (segments, findings) = Read("ST|835|1\nBPR|I|0\nSE|3|1\n");
        Assert.Equal(["ST", "BPR", "SE"], segments);
        Assert.False(findings.Stored[0].IsError);
        Assert.Equal(FindingKind.SeparatorsAssumed, findings.Stored[0].Kind);
        Assert.Equal(FindingKind.OutsideEnvelope, Assert.Single(findings.Stored, f => f.IsError).Kind);
    }

    [Fact]
    public void Fragment_is_read_with_declared_separators()
    {
        using X12Reader reader = new(Sample.Of("ST+835+1!SE+2+1!"), null, new(new((byte)'+', (byte)':', (byte)'!', null)));
        Assert.True(reader.Read());
        Assert.True(reader.Read());
        Assert.False(reader.Read());
    }

    [Theory]
    [InlineData("no X12 at all", FindingKind.NoInterchange)]
    [InlineData("{\"a\": 1}", FindingKind.NoInterchange)]
    [InlineData("I\0S\0A\0*\0", FindingKind.Encoding)]
    [InlineData("ISA*00*short", FindingKind.BadSeparators)]
    public void What_is_no_X12_is_refused_with_a_reason(string text, FindingKind kind)
    {
        var (segments, findings) = Read(text);
        Assert.Empty(segments);
        Assert.Equal(kind, Assert.Single(findings.Stored).Kind);
    }

    [Fact]
    public void Empty_file_has_no_segments_and_no_findings()
    {
        var (segments, findings) = Read("");
        Assert.Empty(segments);
        Assert.Equal(0, findings.Count);
    }

    [Theory]
    [InlineData("SE*4*0001", "SE*5*0001", FindingKind.Count, "SE01", "\"5\"", "4 segments from ST to SE", 6)]
    [InlineData("SE*4*0001", "SE*4*0002", FindingKind.ControlNumber, "SE02", "\"0002\"", "\"0001\" as in ST02", 6)]
    [InlineData("GE*1*1", "GE*2*1", FindingKind.Count, "GE01", "\"2\"", "1 transaction sets (ST)", 7)]
    [InlineData("GE*1*1", "GE*1*9", FindingKind.ControlNumber, "GE02", "\"9\"", "\"1\" as in GS06", 7)]
    [InlineData("IEA*1*000000101", "IEA*3*000000101", FindingKind.Count, "IEA01", "\"3\"", "1 groups (GS)", 8)]
    [InlineData("IEA*1*000000101", "IEA*1*000000102", FindingKind.ControlNumber, "IEA02", "\"000000102\"", "\"000000101\" as in ISA13", 8)]
    [InlineData("*IPSHARBOR      *", "*IPSHARBOR*", FindingKind.InterchangeHeader, "ISA08", "9 characters", "exactly 15 characters", 1)]
    [InlineData("SE*4*0001~", "", FindingKind.EnvelopeNotClosed, "GE", "GE inside transaction set \"0001\"", "SE", 6)]
    [InlineData("AK1*HC*7~", "~AK1*HC*7~", FindingKind.SegmentId, "", "an empty segment", "a segment between two terminators", 4)]
    [InlineData("AK1*HC*7~", "Ak1*HC*7~", FindingKind.SegmentId, "Ak1", "Ak1", "two or three capital letters or digits", 4)]
    [InlineData("~GE*1*1", "~NTE*X~GE*1*1", FindingKind.OutsideEnvelope, "NTE", "NTE", "ST, GE or IEA", 7)]
    [InlineData("IEA*1*000000101~", "", FindingKind.EnvelopeNotClosed, "", "the end of the file after ISA", "IEA", 7)]
    [InlineData("005010X231A1~ST", "005010X231~ST", FindingKind.Code, "ST03", "005010X231A1", "the version of its group (GS08), 005010X231", 3)]
    public void Error_has_position_found_and_expected(string whole, string broken, FindingKind kind, string reference, string found, string expected,
        long segment)
    {
        var (_, findings) = Read(Whole.Replace(whole, broken, StringComparison.Ordinal));
        var finding = Assert.Single(findings.Stored);
        Assert.Equal((kind, reference, found, expected, segment), (finding.Kind, finding.At.Reference, finding.Found, finding.Expected, finding.At.Segment));
        Assert.True(finding.IsError);
    }

    [Fact]
    public void Control_numbers_used_twice_are_found()
    {
        var twice = Whole.Replace("GE*1*1~IEA*1", "GE*1*1~" + Body + "IEA*2", StringComparison.Ordinal);
        Assert.Equal("GS06", Assert.Single(Read(twice).Findings.Stored, f => f.Kind == FindingKind.ControlNumber).At.Reference);
    }

    [Fact]
    public void Truncated_file_is_reported_as_incomplete()
    {
        var (segments, findings) = Read(Whole[..^60]);
        Assert.Contains(findings.Stored, f => f.Kind == FindingKind.SegmentNotEnded);
        Assert.Contains(findings.Stored, f => f is { Kind: FindingKind.EnvelopeNotClosed, Expected: "IEA" });
        Assert.Equal("ISA", segments[0]);
    }

    [Fact]
    public void Segment_without_end_stops_the_reading_at_the_limit()
    {
        using X12Reader reader = new(new MemoryStream([.. Encoding.ASCII.GetBytes(Isa), .. Enumerable.Repeat((byte)'A', 3_000_000)]));
        Assert.True(reader.Read());
        Assert.False(reader.Read());
        Assert.True(reader.Stopped);
        Assert.Contains(reader.Findings.Stored, f => f.Kind == FindingKind.SegmentTooLong);
    }

    [Fact]
    public void A_name_that_begins_like_ISA_is_no_interchange() => Assert.Equal(0, Read(Whole.Replace("AK1*HC*7", "AK1*ISA*7",
        StringComparison.Ordinal)).Findings.Count);

    [Fact]
    public void Offsets_are_those_of_the_file()
    {
        using X12Reader reader = new(Sample.Of("\uFEFF" + Whole.Replace("~", "~\r\n", StringComparison.Ordinal)));
        reader.Read();
        Assert.Equal(3, reader.Position.Offset);
        reader.Read();
        Assert.Equal(3 + 106 + 2, reader.Position.Offset);
    }

    [Fact]
    public void Latin1_and_UTF8_names_are_both_read()
    {
        using X12Reader reader = new(new MemoryStream([.. Encoding.ASCII.GetBytes(Isa), .. "NM1*"u8, .. Encoding.UTF8.GetBytes("Zoë"), .. "*"u8, 0xE9,
            .. "~"u8]));
        reader.Read();
        reader.Read();
        Assert.Equal(("Zoë", "é"), (reader.Current.Text(1), reader.Current.Text(2)));
    }

    internal static (List<string> Segments, Findings Findings) Read(string text)
    {
        Findings findings = new();
        using X12Reader reader = new(Sample.Of(text), findings);
        List<string> segments = [];
        while (reader.Read())
            segments.Add(reader.Current.IdText);
        return (segments, findings);
    }

    /// <summary>A stream that gives a few bytes at a time.</summary>
    private sealed class SmallReads(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(size, count));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(size, buffer.Length)]);
    }
}
