using System.Text;
using Xunit;

namespace Ips.X12.Tests;

/// <summary>What we answer to files that come in, read back by our own reader.</summary>
public sealed class AcknowledgementWriterTests
{
    private static readonly OutgoingEnvelope Back = new("ZZ", "ALLIANCENC", "ZZ", "IPSHARBOR", A.Morning, 101, 101, IsTest: true);

    [Fact]
    public void A_correct_file_is_accepted()
    {
        var (_, group) = Answer(A.Write(A.Claim()));
        Assert.Equal(("HC", "7", "A", 1, 1, 1), (group!.Kind, group.Control, group.Result, group.Included, group.Received, group.Accepted));
        Assert.True(Assert.Single(group.Sets).IsAccepted);
    }

    [Fact]
    public void A_missing_element_is_named_with_loop_position_element_and_claim()
    {
        var (_, group) = Answer(A.Write(A.Claim()).Replace("*UN*1***1~", "*UN****1~", StringComparison.Ordinal));
        Assert.Equal("R", group!.Result);
        var set = Assert.Single(group.Sets);
        Assert.Equal(["5"], set.Errors);
        var error = Assert.Single(set.Segments);
        Assert.Equal(("SV1", "2400", "8"), (error.Segment, error.Loop, error.Code));
        Assert.Equal(["HW-2026-0017"], error.Claims);
        Assert.Contains(error.Elements, e => e is { Element: 4, Code: "1" });
    }

    [Fact]
    public void A_missing_segment_is_named_by_its_own_id()
    {
        var (_, group) = Answer(A.Write(A.Claim()).Replace("DTP*472*D8*20261120~", "", StringComparison.Ordinal));
        var set = Assert.Single(group!.Sets);
        Assert.Equal(["4", "5"], set.Errors.Order());
        var error = Assert.Single(set.Segments);
        Assert.Equal(("DTP", "2400", "3"), (error.Segment, error.Loop, error.Code));
    }

    [Fact]
    public void One_set_of_two_is_accepted()
    {
        var file = A.Write([.. Enumerable.Range(1, 5001).Select(i => A.Claim($"C{i}"))]);
        var (_, group) = Answer(file.Replace("BHT*0019*00*HARBOR-BATCH-7-2*", "BHT*0019*99*HARBOR-BATCH-7-2*", StringComparison.Ordinal));
        Assert.Equal(("P", 2, 1), (group!.Result, group.Received, group.Accepted));
        Assert.Equal([true, false], group.Sets.Select(s => s.IsAccepted));
    }

    [Fact]
    public void A_transaction_that_we_do_not_read_is_rejected_as_such()
    {
        var (_, group) = Answer(System.Text.Encoding.ASCII.GetString(Sample.Bytes("linuxforhealth/837_005010X223A3/institutional-claim.837i")));
        var set = Assert.Single(group!.Sets);
        Assert.Equal(("R", 0), (set.Result, set.Segments.Count));
        Assert.Equal(["1"], set.Errors);
    }

    [Fact]
    public void Only_levels_that_the_caller_names_reject_a_set()
    {
        var file = A.Write(A.Claim() with { Frequency = "7" });
        Assert.Equal("A", Answer(file).Group!.Result);
        Assert.Equal("R", Answer(file, SnipLevel.Situation).Group!.Result);
    }

    [Fact]
    public void A_faulty_interchange_gets_a_TA1()
    {
        var (ta1, _) = Answer(A.Write(A.Claim()).Replace("IEA*1*000000007", "IEA*1*000000008", StringComparison.Ordinal));
        Assert.Equal(("000000007", "E", "001"), (ta1!.Control, ta1.Result, ta1.Note));
    }

    [Fact]
    public void A_wrong_group_count_rejects_the_group()
    {
        var (_, group) = Answer(A.Write(A.Claim()).Replace("GE*1*7", "GE*2*7", StringComparison.Ordinal));
        Assert.Equal(("R", 0), (group!.Result, group.Accepted));
        Assert.Equal(["5"], group.Errors);
    }

    [Fact]
    public void A_999_is_not_answered_with_a_999()
    {
        MemoryStream file = new();
        var report = X12Validator.Check(Sample.Accepted("999_with_ta1_before_gs.txt"));
        Assert.True(AcknowledgementWriter.Write(file, Back, report.Interchanges[0], new()));
        Assert.DoesNotContain("AK1", Encoding.ASCII.GetString(file.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_to_all_samples_are_themselves_correct()
    {
        foreach (var name in Sample.Names)
        {
            foreach (var interchange in X12Validator.Check(Sample.Open(name)).Interchanges.Take(2))
            {
                MemoryStream file = new();
                Findings written = new();
                AcknowledgementWriter.Write(file, Back, interchange, written);
                var report = A.Check(Encoding.ASCII.GetString(file.ToArray()));
                Assert.True(report.Findings.Errors == 0 && written.Errors == 0, $"{name}: {string.Join('\n', report.Findings.Stored.Concat(written.Stored))}");
            }
        }
    }

    private static (InterchangeAcknowledgement? Ta1, Acknowledgement? Group) Answer(string file, SnipLevel through = SnipLevel.Guide)
    {
        MemoryStream answer = new();
        Findings findings = new();
        Assert.True(AcknowledgementWriter.Write(answer, Back, A.Check(file).Interchanges[0], findings, null, through));
        answer.Position = 0;
        var documents = X12Documents.Read(answer, findings).ToList();
        Assert.Equal("", string.Join('\n', findings.Stored));
        return (documents.OfType<InterchangeAcknowledgement>().SingleOrDefault(), documents.OfType<Acknowledgement>().SingleOrDefault());
    }
}
