using Xunit;

namespace Ips.X12.Tests;

/// <summary>The declared grammars against public samples: what is correct shows no error, and each fault of the broken ones is named at its place.</summary>
public sealed class GrammarTests
{
    public static TheoryData<string> Correct => [.. Sample.Names.Where(n => n.StartsWith("linuxforhealth/27", StringComparison.Ordinal)
        && !n.Contains("-error", StringComparison.Ordinal)),
        "edi835/tests/test_edi_835_files/emedny_sample.txt", "imsweb/x12_277CA_accepted.txt", "imsweb/x12_277CA_rejected.txt", "imsweb/x12_999_rejected.txt",
        "inteligenz/INS/_270/_5010/Example1_IG.txt", "inteligenz/INS/_277/_5010/FromAlexbrodsky.txt", "inteligenz/INS/_837P/_5010/ST1309-XX.txt",
        "linuxforhealth/837_005010X222A2/demo.autoaccident.837", "linuxforhealth/837_005010X222A2/demo.cob.example3.B.837",
            "linuxforhealth/837_005010X222A2/demo.cob.example3.C.837",
        "linuxforhealth/837_005010X222A2/demo.drug.example10.1.837", "linuxforhealth/837_005010X222A2/demo.drug.example10.2.837",
            "linuxforhealth/837_005010X222A2/demo.drug.example10.3.837",
        "linuxforhealth/837_005010X222A2/demo.example7.837", "linuxforhealth/837_005010X222A2/demo.example8.837"];

    [Theory, MemberData(nameof(Correct))]
    public void Correct_samples_show_no_error(string file)
    {
        Findings findings = new();
        Assert.NotEmpty(X12Documents.Read(Sample.Open(file), findings).ToList());
        Assert.Equal("", string.Join('\n', findings.Stored.Where(f => f.IsError)));
    }

    [Theory]
    [InlineData("imsweb/x12_segments_out_of_order.txt", FindingKind.OutOfOrder, "N4", "2010AA", 12)]
    [InlineData("imsweb/x12_segments_out_of_order.txt", FindingKind.OutOfOrder, "N3", "2010AB", 17)]
    [InlineData("imsweb/x12_bad_segment_identifier.txt", FindingKind.SegmentMissing, "NM1", "1000A", 7)]
    [InlineData("imsweb/x12_bad_segment_identifier.txt", FindingKind.UnknownSegment, "Nd4", "2010AA", 11)]
    [InlineData("imsweb/x12_missing_elements.txt", FindingKind.ElementMissing, "CLM05", "2300", 31)]
    [InlineData("imsweb/x12_bad_valid_code.txt", FindingKind.UnexpectedSegment, "NM1", "2000A", 9)]
    [InlineData("imsweb/x12_complex.txt", FindingKind.Code, "PRV03", "2000A", 9)]
    [InlineData("linuxforhealth/837_005010X222A2/demo.cob.example3.A.837", FindingKind.SegmentMissing, "LX", "2330B", 44)]
    [InlineData("linuxforhealth/837_005010X222A2/demo.example11.837", FindingKind.TooLong, "CLM05-1", "2300", 21)]
    [InlineData("linuxforhealth/835_005010X221A1/managed-care.835", FindingKind.Date, "BPR16", null, 4)]
    [InlineData("inteligenz/INS/_277/_5010/FromLatitude81uk.txt", FindingKind.Time, "BHT05", null, 4)]
    [InlineData("inteligenz/INS/_837P/_5010/MissingEntityCode.txt", FindingKind.UnexpectedSegment, "NM1", "2310A", 25)]
    public void Fault_is_named_at_its_place(string file, FindingKind kind, string reference, string? loop, long segment)
    {
        Findings findings = new();
        Assert.NotEmpty(X12Documents.Read(Sample.Open(file), findings).ToList());
        Assert.Contains(findings.Stored, f => (f.Kind, f.At.Reference, f.At.Loop, f.At.Segment) == (kind, reference, loop, segment));
    }

    [Fact]
    public void An_institutional_claim_is_not_read_as_a_professional_one()
    {
        Findings findings = new();
        var set = Assert.Single(X12Documents.Read(Sample.Open("linuxforhealth/837_005010X223A3/institutional-claim.837i"), findings));
        Assert.IsType<UnreadSet>(set);
        Assert.Equal(FindingKind.UnknownTransaction, Assert.Single(findings.Stored).Kind);
    }

    [Fact]
    public void Every_grammar_is_well_formed()
    {
        Assert.Equal(9, TransactionGrammar.All.Count);
        foreach (var grammar in TransactionGrammar.All)
            Check(grammar.Root, grammar, []);
    }

    [Fact]
    public void Loops_with_more_than_the_allowed_repetitions_are_found_once()
    {
        var text = System.Text.Encoding.UTF8.GetString(Sample.Bytes("linuxforhealth/837_005010X222A2/demo.example7.837"));
        var submitter = text[text.IndexOf("NM1*41", StringComparison.Ordinal)..text.IndexOf("NM1*40", StringComparison.Ordinal)];
        Findings findings = new();
        Assert.NotEmpty(X12Documents.Read(Sample.Of(text.Replace(submitter, submitter + submitter + submitter, StringComparison.Ordinal)), findings).ToList());
        Assert.Single(findings.Stored, f => f is { Kind: FindingKind.LoopRepeats, At.Loop: "1000A" });
    }

    private static void Check(LoopUse loop, TransactionGrammar grammar, HashSet<string> seen)
    {
        Assert.IsType<SegmentUse>(loop.Children[0]);
        foreach (var child in loop.Children)
        {
            Assert.NotEmpty(child.Name);
            Assert.True(child.Max > 0);
            if (child is LoopUse inner && seen.Add(inner.Id))
                Check(inner, grammar, seen);
            else if (child is SegmentUse use)
                Assert.All(use.Elements.Zip(use.Definition.Elements), pair =>
                    Assert.True((pair.First.Components?.Count ?? 0) <= (pair.Second.Components?.Count ?? 0), $"{grammar.Id} {use.Label}"));
        }
    }
}
