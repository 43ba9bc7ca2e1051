using System.Text;
using System.Text.Json;
using Xunit;

namespace Ips.X12.Tests;

/// <summary>Requests and answers of services reviews and of coverage come back as they were written.</summary>
public sealed class ReviewTests
{
    public static TheoryData<string> Reviews =>
    [
        "inteligenz/INS/_278/_5010/Example_3_1_1_Request.txt", "inteligenz/INS/_278/_5010/Example_3_1_2_Response.txt",
        "inteligenz/INS/_278/_5010/Example_3_2_1_Request.txt", "inteligenz/INS/_278/_5010/Example_3_2_2_Response.txt",
        "inteligenz/INS/_278/_5010/Example_3_3_1_Request.txt", "inteligenz/INS/_278/_5010/Example_3_3_2_Response.txt",
    ];

    [Theory, MemberData(nameof(Reviews))]
    public void A_review_of_others_round_trips(string file)
    {
        var read = Assert.Single(X12Documents.Read(Sample.Open(file)).OfType<ReviewAnswer>());
        Assert.NotNull(read.Subscriber);
        Assert.NotEmpty(read.Items);
        var (written, findings) = Written(stream => ReviewWriter.Write(stream, A.Envelope, read, findings: stream.Findings));
        Assert.Equal("", string.Join('\n', findings.Where(f => f.IsError)));
        var again = Assert.Single(X12Documents.Read(Sample.Of(written)).OfType<ReviewAnswer>());
        Assert.Equal(Json(read), Json(again));
    }

    [Fact]
    public void The_answer_with_two_decisions_round_trips_without_a_finding()
    {
        var read = Assert.IsType<ReviewAnswer>(Assert.Single(X12Documents.Read(Sample.Accepted("278_response_modified_and_pended.txt"))));
        var (written, _) = Written(stream => ReviewWriter.Write(stream, A.Envelope, read, stream.Findings));
        Assert.Equal("", string.Join('\n', A.Check(written).Findings.Stored));
        Assert.Equal(Json(read), Json(Assert.Single(X12Documents.Read(Sample.Of(written)).OfType<ReviewAnswer>())));
    }

    [Theory]
    [InlineData("linuxforhealth/270_005010X279A1/subscriber-health-benefit-check.270", false, "11122333301", "93175-012547", "1943-05-19")]
    [InlineData("linuxforhealth/270_005010X279A1/dependent-health-benefit-check.270", true, null, "93175-012547", null)]
    public void A_270_of_others_is_read(string file, bool dependent, string? member, string trace, string? born)
    {
        var request = Assert.Single(X12Documents.Read(Sample.Open(file)).OfType<CoverageRequest>());
        var question = Assert.Single(request.Questions);
        Assert.Equal((dependent, member), (question.IsDependent, question.Person!.Id));
        Assert.Contains(trace, question.Traces.Select(t => t.Number));
        Assert.Equal(["30"], question.ServiceTypes);
        if (born is not null)
            Assert.Equal(born, question.BirthDate!.Value.ToString("yyyy-MM-dd", null));
    }

    [Fact]
    public void A_270_that_we_write_is_the_question_that_we_read()
    {
        var (written, _) = Written(stream => QuestionWriter.WriteEligibility(stream, A.Envelope, "REF-1", "9561234567", A.Payer, A.Agency,
            [new("T-1", "DOE", "PAT", "945000001K", new(1988, 2, 29), new(new(2026, 11, 1), new(2026, 11, 30)), ["30", "MH"])], stream.Findings));
        Assert.Equal("", string.Join('\n', A.Check(written).Findings.Stored));
        var request = Assert.Single(X12Documents.Read(Sample.Of(written)).OfType<CoverageRequest>());
        Assert.Equal(("REF-1", "ALNC1", "1234567893"), (request.Reference, request.Payer!.Id, request.Requester!.Id));
        var question = Assert.Single(request.Questions);
        Assert.Equal((new TraceNumber("T-1", "9561234567"), "945000001K", new DateOnly(1988, 2, 29), new Period(new(2026, 11, 1), new(2026, 11, 30))),
            (question.Traces[0], question.Person!.Id, question.BirthDate!.Value, question.Service!.Value));
        Assert.Equal(["30", "MH"], question.ServiceTypes);
    }

    [Fact]
    public void A_271_round_trips_without_a_finding()
    {
        var read = Assert.IsType<EligibilityAnswer>(Assert.Single(X12Documents.Read(Sample.Accepted("271_active_then_ended.txt"))));
        var (written, _) = Written(stream => CoverageAnswerWriter.Write(stream, A.Envelope, read, stream.Findings));
        Assert.Equal("", string.Join('\n', A.Check(written).Findings.Stored));
        Assert.Equal(Json(read), Json(Assert.Single(X12Documents.Read(Sample.Of(written)).OfType<EligibilityAnswer>())));
    }

    private static string Json<T>(T document) where T : X12Document => JsonSerializer.Serialize(document with { Envelope = new(null, null, null) });

    private static (string File, IReadOnlyList<Finding> Findings) Written(Func<Output, bool> write)
    {
        using Output output = new();
        write(output);
        return (Encoding.ASCII.GetString(output.ToArray()), output.Findings.Stored);
    }

    private sealed class Output : MemoryStream
    {
        public Findings Findings { get; } = new();
    }
}
