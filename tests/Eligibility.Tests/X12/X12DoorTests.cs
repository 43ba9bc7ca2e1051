using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Ips.Eligibility.Tests.Fhir;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Ips.X12;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests.X12;

/// <summary>A request by 278 is the request that gRPC and FHIR make, with the same receipt; a 270 is the question of Verify; a file that cannot be read does nothing.</summary>
[Collection("eligibility")]
public sealed class X12DoorTests(EligibilityService service)
{
    private static int control = 500;

    [Fact]
    public async Task A_complete_278_waits_for_the_payer_and_is_the_request_that_gRPC_shows()
    {
        var one = await PersonBuilder.Register(service);
        await one.Request();
        var reference = NewReference();
        var file = Review(one, reference);
        var (status, answer) = await Send(one, file);
        Assert.Equal(200, status);
        Assert.Equal("", string.Join('\n', X12Validator.Check(Encoding.ASCII.GetBytes(answer)).Findings.Stored));
        var documents = Read(answer);
        var acknowledged = documents.OfType<Acknowledgement>().Single();
        Assert.Equal(("HI", "A"), (acknowledged.Kind, acknowledged.Result));
        var review = documents.OfType<ReviewAnswer>().Single();
        Assert.True(review.IsAnswer);
        Assert.Equal((reference, one.Provider), (review.Reference, review.Requester!.Id));
        var item = review.Items.Single(i => i.IsService);
        Assert.Equal((ReviewDecision.Pended, "0W", new Period(D(0), D(89)), "H2023 Z2"), (item.Decision, item.Reason, item.Approved!.Value, item.Procedure!.ToString()));
        Assert.Equal(new TraceNumber($"{reference}-1", "9HARBORWKS"), item.Traces.Single());
        var authorization = await Only(one);
        Assert.Equal(Proto.AuthorizationState.UnderReview, authorization.State);
        Assert.Contains(authorization.Decision.ReceiptSha256.ToUpperInvariant(), item.Message, StringComparison.Ordinal);
        Assert.EndsWith(item.Administrative!.ToLowerInvariant(), authorization.Name, StringComparison.Ordinal);
        // Of gRPC the same decides the same.
        var other = await PersonBuilder.Register(service);
        var sent = await other.Requested();
        Assert.Equal(sent.Decision.Findings.Select(f => (f.RuleId, f.Verdict)), authorization.Decision.Findings.Select(f => (f.RuleId, f.Verdict)));

        // The same file again, also after the decision: the first answer. The same number with other content: refused.
        await one.Approve(authorization);
        var before = await service.Everything();
        Assert.Equal(item.Message, Read((await Send(one, file)).Body).OfType<ReviewAnswer>().Single().Items.Single(i => i.IsService).Message);
        var changed = Read((await Send(one, file.Replace("*UN*1~", "*UN*2~", StringComparison.Ordinal))).Body).OfType<ReviewAnswer>().Single();
        Assert.Equal("33", changed.Refusals.Single().Reason);
        Assert.Equal(before, await service.Everything());

        // What the payer decided is inquired by X12 and by FHIR, under the sender's number.
        var inquired = Read((await Send(one, Review(one, NewReference(), purpose: "28", trace: reference))).Body).OfType<ReviewAnswer>().Single();
        var certified = inquired.Items.Single(i => i.IsService);
        Assert.Equal((ReviewDecision.Certified, authorization.Name), (certified.Decision, $"authorizations/{certified.Number!.ToLowerInvariant()}"));
        Assert.Contains((await one.Again(authorization)).Decision.ReceiptSha256.ToUpperInvariant(), certified.Message, StringComparison.Ordinal);
        var fhir = PasRequest.Of(service, one).Inquiry();
        fhir.Claim["identifier"]![0] = new System.Text.Json.Nodes.JsonObject { ["system"] = "urn:ips-platform:x12:9HARBORWKS", ["value"] = reference };
        Assert.Contains(authorization.Decision.ReceiptSha256, (await fhir.Inquire()).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_came_over_gRPC_is_inquired_revised_and_taken_back_by_278()
    {
        var one = await PersonBuilder.Register(service);
        var authorization = await one.Requested();
        var number = authorization.Name["authorizations/".Length..];
        var found = Item(await Send(one, Review(one, NewReference(), purpose: "28", trace: "", earlier: number)));
        Assert.Equal((ReviewDecision.Pended, "0W"), (found.Decision, found.Reason));
        Assert.Contains(authorization.Decision.ReceiptSha256.ToUpperInvariant(), found.Message, StringComparison.Ordinal);
        var revised = Item(await Send(one, Review(one, NewReference(), type: "S", earlier: number, through: 59)));
        Assert.Equal((ReviewDecision.Pended, new Period(D(0), D(59))), (revised.Decision, revised.Approved!.Value));
        Assert.Equal(service.Day(59), (await Only(one)).RequestedThrough);
        var taken = Item(await Send(one, Review(one, NewReference(), type: "3", earlier: number)));
        Assert.Equal(ReviewDecision.Cancelled, taken.Decision);
        Assert.Equal(Proto.AuthorizationState.Withdrawn, (await Only(one)).State);
    }

    [Fact]
    public async Task Missing_documents_pend_and_what_is_wrong_is_said_where_it_is()
    {
        var one = await PersonBuilder.Register(service);
        await one.Paper(DocumentKind.Assessment);
        var pended = Item(await Send(one, Review(one, NewReference(), documents: ["assessment"])));
        Assert.Equal((ReviewDecision.Pended, "0U"), (pended.Decision, pended.Reason));
        Assert.Contains("MISSING", pended.Message, StringComparison.Ordinal);
        // The documents are requested as FHIR requests them: by LOINC, else by report type and name; what a document contains by questionnaire.
        Assert.Equal(["18776-5"], pended.RequestedCodes);
        Assert.Empty(pended.ReviewerTraces);
        Assert.Equal(["77 CAREER_PROFILE"], pended.Attachments.Select(a => $"{a.Report} {a.Control}"));
        var three = await PersonBuilder.Register(service);
        foreach (var kind in (DocumentKind[])[DocumentKind.Assessment, DocumentKind.CareerProfile, DocumentKind.IntegratedPcp])
            await three.Paper(kind);
        var (_, file) = await Send(three, Review(three, NewReference(), documents: ["assessment", "career_profile", "integrated_pcp"]));
        Assert.Equal("", string.Join('\n', X12Validator.Check(Encoding.Latin1.GetBytes(file)).Findings.Stored));
        var unclear = Read(file).OfType<ReviewAnswer>().Single().Items.Single(i => i.IsService);
        Assert.Equal("102089-0", Assert.Single(unclear.RequestedCodes));
        Assert.Equal((await Only(three)).Name, "authorizations/" + Assert.Single(unclear.ReviewerTraces).Number.ToLowerInvariant());
        Assert.Empty(unclear.Attachments);
        var two = await PersonBuilder.Register(service);
        var before = await service.Everything();
        foreach (var (change, code, loop) in new (Func<string, string>, string, string)[]
        {
            (f => f.Replace($"MI*{two.Identifier}", "MI*NOBODY1", StringComparison.Ordinal), "75", "2010C"),
            (f => f.Replace("19910723", "19910724", StringComparison.Ordinal), "71", "2010C"),
            (f => f.Replace($"PI*{two.Payer}", "PI*NOPAYER_", StringComparison.Ordinal), "T4", "2010A"),
            (f => f.Replace($"46*{two.Provider}", "46*another-agency", StringComparison.Ordinal), "51", "2010B"),
        })
        {
            var review = Read((await Send(two, change(Review(two, NewReference())))).Body).OfType<ReviewAnswer>().Single();
            Assert.Equal((code, loop), (review.Refusals.Single().Reason, review.Refusals[0].Loop));
        }

        var unknown = Item(await Send(two, Review(two, NewReference()).Replace("HC:H2023:Z2", "HC:H9999", StringComparison.Ordinal)));
        Assert.Equal((ReviewDecision.NotCertified, "33"), (unknown.Decision, unknown.Refusals.Single().Reason));
        var wrong = Item(await Send(two, Review(two, NewReference()).Replace("*UN*1~", "*UN*0~", StringComparison.Ordinal)));
        Assert.Equal("33", wrong.Refusals.Single().Reason);
        Assert.Contains("SV104", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(before, await service.Everything());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_metrics_of_a_payer_get_the_same_events_whichever_door_a_request_came_by(bool expedited)
    {
        var (grpc, fhir, x12) = (await PersonBuilder.Register(service), await PersonBuilder.Register(service), await PersonBuilder.Register(service));
        var request = await grpc.Request();
        request.Expedited = expedited;
        await grpc.Authorizations.RequestAuthorizationAsync(request, grpc.AsProvider);
        var submitted = PasRequest.Of(service, fhir);
        submitted.Claim["priority"]!["coding"]![0]!["code"] = expedited ? "stat" : "normal";
        await submitted.Submitted();
        // Stores its documents.
        await x12.Request();
        Assert.Equal("0W", Item(await Send(x12, Review(x12, NewReference()).Replace("*MH~", expedited ? "*MH***U~" : "*MH~", StringComparison.Ordinal))).Reason);
        foreach (var one in new[] { grpc, fhir, x12 })
        {
            await one.Approve(await Only(one));
            Assert.Equal($"requested nc-core m2 under_review {(expedited ? "true" : "false")}, decided nc-core m2 approve", await service.Scalar($"""
                select string_agg(concat_ws(' ', split_part(split_part(type, 'authorization-', 2), '.', 1), body->>'program', body->>'kind', body->>'state',
                    body->>'outcome', body->>'expedited'), ', ' order by sequence)
                from outbox_rows where subject = '{(await Only(one)).Name}' and type in ('ips.eligibility.authorization-requested.v1', 'ips.eligibility.authorization-decided.v1')
                """));
        }
    }

    [Fact]
    public async Task Who_gives_the_service_works_for_the_agency()
    {
        var one = await PersonBuilder.Register(service);
        await one.Request();
        const string Npi = "1003000142";
        var file = Review(one, NewReference(), staff: Npi);
        var before = await service.Everything();
        var refused = Read((await Send(one, file)).Body).OfType<ReviewAnswer>().Single();
        Assert.Equal(("43", "2010B"), (refused.Refusals.Single().Reason, refused.Refusals[0].Loop));
        Assert.Equal(before, await service.Everything());
        service.Staff.Listed.Add(new() { Provider = $"organizations/{one.Provider}", HireDate = service.Day(-30), Particulars = new() { Npi = Npi } });
        var (status, answer) = await Send(one, file);
        Assert.Equal("", string.Join('\n', X12Validator.Check(Encoding.ASCII.GetBytes(answer)).Findings.Stored));
        var item = Item((status, answer));
        Assert.Equal((ReviewDecision.Pended, "0W", Npi), (item.Decision, item.Reason, item.ServiceProvider!.Id));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_refused_by_TA1_or_999_and_does_nothing()
    {
        var one = await PersonBuilder.Register(service);
        var good = Review(one, NewReference());
        var before = await service.Everything();
        var (_, refused) = await Send(one, good.Replace("DTP*472*RD8", "DTP*472*XX", StringComparison.Ordinal));
        Assert.Empty(Read(refused).OfType<ReviewAnswer>());
        Assert.Equal("R", Read(refused).OfType<Acknowledgement>().Single().Result);
        var (_, torn) = await Send(one, good.Replace("IEA*1*", "IEA*2*", StringComparison.Ordinal));
        Assert.Empty(Read(torn).OfType<ReviewAnswer>());
        Assert.NotEmpty(Read(torn).OfType<InterchangeAcknowledgement>());
        Assert.Equal(400, (await Send(one, "not a file")).Status);
        Assert.Equal(415, (await Send(one, good, type: "text/plain")).Status);
        Assert.Equal(413, (await Send(one, good + new string(' ', 1024 * 1024))).Status);
        Assert.Equal(403, (await Send(one, good, TestIssuer.Token(Roles.Dvrs, "nc-dvrs"))).Status);
        Assert.Equal(401, (await Send(one, good, "none")).Status);
        Assert.Equal(before, await service.Everything());
        // Two interchanges in a file, of which one is bad: the other is answered.
        var (_, both) = await Send(one, good.Replace("DTP*472*RD8", "DTP*472*XX", StringComparison.Ordinal) + "\r\n" + Review(one, NewReference()));
        Assert.Single(Read(both).OfType<ReviewAnswer>());
        Assert.Equal(["R", "A"], Read(both).OfType<Acknowledgement>().Select(a => a.Result));
    }

    [Fact]
    public async Task A_270_is_answered_by_what_Verify_says()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        await (await one.WithDocuments()).Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        var person = Coverage(await Send(one, Question(one, service.Day())));
        Assert.Equal(Ips.X12.Coverage.Covered, person.On(D(0)));
        Assert.Contains(person.Benefits, b => b.Services.Contains("MH") && b.Plan == "IPS NC-CORE" && b.Messages.Count == 1);
        Assert.Equal(Ips.X12.Coverage.NotCovered, Coverage(await Send(one, Question(one, "1991-07-23"))).On(new(1991, 7, 23)));
        Assert.Equal("75", Coverage(await Send(one, Question(one, service.Day()).Replace(one.Identifier, "NOBODY1", StringComparison.Ordinal))).Refusals.Single().Reason);
        // Another agency does not find the person.
        var other = await PersonBuilder.Register(service);
        Assert.Equal("75", Coverage(await Send(other, Question(one, service.Day()))).Refusals.Single().Reason);
    }

    private DateOnly D(int ahead) => DateOnly.ParseExact(service.Day(ahead), "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string NewReference() => $"R{Interlocked.Increment(ref control)}{Guid.NewGuid():N}"[..20].ToUpperInvariant();

    private static async Task<Proto.Authorization> Only(PersonBuilder one) =>
        (await one.Authorizations.ListAuthorizationsAsync(new() { Individual = one.Name }, one.AsProvider)).Authorizations.Single();

    private static List<X12Document> Read(string file) => [.. X12Documents.Read(Encoding.Latin1.GetBytes(file))];

    private static ReviewItem Item((int Status, string Body) answer)
    {
        Assert.True(answer.Status == 200, answer.Body);
        return Read(answer.Body).OfType<ReviewAnswer>().Single().Items.Single(i => i.IsService);
    }

    private static PersonCoverage Coverage((int Status, string Body) answer)
    {
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal("", string.Join('\n', X12Validator.Check(Encoding.Latin1.GetBytes(answer.Body)).Findings.Stored.Where(f => f.IsError)));
        return Read(answer.Body).OfType<EligibilityAnswer>().Single().People.Single();
    }

    /// <summary>A 278 for milestone 2, complete unless documents are named.</summary>
    private string Review(PersonBuilder one, string reference, string purpose = "13", string type = "I", string? trace = null, string earlier = "", int through = 89,
        string[]? documents = null, string? staff = null)
    {
        List<string> body =
        [
            $"BHT*0007*{purpose}*{reference}*20250310*0915", "HL*1**20*1", $"NM1*X3*2*PAYER*****PI*{one.Payer}", "HL*2*1*21*1",
            $"NM1*1P*2*AGENCY*****46*{one.Provider}", "HL*3*2*22*1", $"NM1*IL*1*QUILLFAMILY*QUILLGIVEN****MI*{one.Identifier}", "DMG*D8*19910723", "HL*4*3*EV*1",
            .. trace == "" ? Array.Empty<string>() : [$"TRN*1*{trace ?? reference}*9HARBORWKS"], $"UM*HS*{type}*MH",
            .. (documents ?? ["assessment", "career_profile", "integrated_pcp", "bh_interventions", "ips_interventions", "career_goals"])
                .Select(d => $"PWK*77*EL***AC*{d.ToUpperInvariant()}"),
            "HL*5*4*SS*0", .. purpose == "28" ? Array.Empty<string>() : [$"TRN*1*{reference}-1*9HARBORWKS"], .. earlier.Length == 0 ? Array.Empty<string>() : [$"REF*BB*{earlier}"],
            $"DTP*472*RD8*{D(0):yyyyMMdd}-{D(through):yyyyMMdd}", "SV1*HC:H2023:Z2**UN*1",
            .. staff is null ? Array.Empty<string>() : [$"NM1*SJ*1*STAFF*ANNA****XX*{staff}"],
        ];
        return File("HI", "278", "005010X217", body);
    }

    private static string Question(PersonBuilder one, string day) => File("HS", "270", "005010X279A1",
    [
        "BHT*0022*13*Q1*20250310*0915", "HL*1**20*1", $"NM1*PR*2*PAYER*****PI*{one.Payer}", "HL*2*1*21*1", $"NM1*1P*2*AGENCY*****SV*{one.Provider}", "HL*3*2*22*0",
        "TRN*1*T-1*9HARBORWKS", $"NM1*IL*1*QUILLFAMILY*QUILLGIVEN****MI*{one.Identifier}", "DMG*D8*19910723",
        $"DTP*291*D8*{day.Replace("-", "", StringComparison.Ordinal)}", "EQ*30",
    ]);

    private static string File(string kind, string set, string version, List<string> body)
    {
        var number = Interlocked.Increment(ref control);
        return $"ISA*00*          *00*          *ZZ*HARBORWORKS    *ZZ*IPSPLATFORM    *250310*0915*^*00501*{number:000000000}*1*T*:~GS*{kind}*HARBORWORKS*IPSPLATFORM*20250310*0915*1*X*{version}~"
            + $"ST*{set}*0001*{version}~{string.Concat(body.Select(s => s + "~"))}SE*{body.Count + 2}*0001~GE*1*1~IEA*1*{number:000000000}~";
    }

    private async Task<(int Status, string Body)> Send(PersonBuilder one, string file, string? token = null, string type = "application/edi-x12")
    {
        using HttpClient http = new() { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token ?? TestIssuer.Token(Roles.Provider, one.Provider));
        using ByteArrayContent content = new(Encoding.Latin1.GetBytes(file));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await http.PostAsync(new Uri("/x12", UriKind.Relative), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
