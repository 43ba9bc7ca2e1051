using System.Globalization;

namespace Ips.X12;

/// <summary>A question about a person's coverage.</summary>
/// <param name="Trace">TRN02: our number of the question; comes back in the answer.</param>
/// <param name="LastName">Last name.</param>
/// <param name="FirstName">First name.</param>
/// <param name="MemberId">Member id.</param>
/// <param name="BirthDate">Birth date.</param>
/// <param name="Service">The days that the question is about.</param>
/// <param name="ServiceTypes">EQ01; 30 is the plan as a whole.</param>
public sealed record EligibilityQuestion(string Trace, string LastName, string? FirstName, string MemberId, DateOnly BirthDate, Period Service,
    IReadOnlyList<string> ServiceTypes);

/// <summary>A question about the status of a claim.</summary>
/// <param name="Trace">TRN02: our number of the question.</param>
/// <param name="LastName">Last name of the subscriber.</param>
/// <param name="FirstName">First name.</param>
/// <param name="MemberId">Member id.</param>
/// <param name="BirthDate">Birth date.</param>
/// <param name="PayerClaim">REF*1K, if known.</param>
/// <param name="Claim">REF*EJ: our claim number.</param>
/// <param name="Charge">AMT*T3 in dollars.</param>
/// <param name="Service">The days of service.</param>
public sealed record ClaimStatusQuestion(
    string Trace, string LastName, string? FirstName, string MemberId, DateOnly BirthDate, string? PayerClaim, string Claim, decimal Charge, Period Service);

/// <summary>Writes questions to payers: 270 and 276.</summary>
public static class QuestionWriter
{
    /// <summary>Writes a 270 with one question for each person.</summary>
    /// <param name="output">Receives the file.</param>
    /// <param name="envelope">Sender, receiver and control numbers.</param>
    /// <param name="reference">BHT03.</param>
    /// <param name="company">TRN03: ten characters that identify us, by convention 1 or 9 and the tax number.</param>
    /// <param name="payer">Who is asked.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="findings">What could not be written.</param>
    /// <param name="options">Separators and characters.</param>
    /// <returns>Whether the file may be sent.</returns>
    public static bool WriteEligibility(
        Stream output, OutgoingEnvelope envelope, string reference, string company, ClaimPayer payer, Provider requester,
            IEnumerable<EligibilityQuestion> questions, Findings findings, WriteOptions? options = null)
    {
        var before = findings.Errors;
        var used = options ?? WriteOptions.Usual;
        using X12Writer writer = new(output, used, findings);
        Begin(writer, envelope, "270", "005010X279A1");
        writer.Segment("BHT", "0022", "13", reference, (DateOnly?)DateOnly.FromDateTime(envelope.Created.DateTime),
            envelope.Created.ToString("HHmm", CultureInfo.InvariantCulture));
        writer.Segment("HL", 1, X12Value.None, "20", "1");
        WritePayer(writer, payer);
        writer.Segment("HL", 2, 1, "21", "1");
        WriteProvider(writer, requester);
        var level = 2;
        foreach (var question in questions)
        {
            writer.Segment("HL", ++level, 2, "22", "0");
            writer.Segment("TRN", "1", question.Trace, company);
            WriteSubscriber(writer, question.LastName, question.FirstName, question.MemberId);
            writer.Segment("DMG", "D8", (DateOnly?)question.BirthDate);
            writer.Segment("DTP", "291", question.Service.From == question.Service.Through ? "D8" : "RD8", X12Value.Of(question.Service));
            foreach (var type in question.ServiceTypes)
                writer.Segment("EQ", type);
        }

        return End(writer) && findings.Errors == before;
    }

    /// <summary>Writes a 276 with one question for each claim.</summary>
    /// <param name="output">Receives the file.</param>
    /// <param name="envelope">Sender, receiver and control numbers.</param>
    /// <param name="reference">BHT03.</param>
    /// <param name="payer">Who is asked.</param>
    /// <param name="receiverName">Who gets the answer.</param>
    /// <param name="receiverId">Its id at the payer.</param>
    /// <param name="provider">The billing provider.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="findings">What could not be written.</param>
    /// <param name="options">Separators and characters.</param>
    /// <returns>Whether the file may be sent.</returns>
    public static bool WriteClaimStatus(
        Stream output, OutgoingEnvelope envelope, string reference, ClaimPayer payer, string receiverName, string receiverId, Provider provider,
            IEnumerable<ClaimStatusQuestion> questions, Findings findings,
        WriteOptions? options = null)
    {
        var before = findings.Errors;
        using X12Writer writer = new(output, options ?? WriteOptions.Usual, findings);
        Begin(writer, envelope, "276", "005010X212");
        writer.Segment("BHT", "0010", "13", reference, (DateOnly?)DateOnly.FromDateTime(envelope.Created.DateTime),
            envelope.Created.ToString("HHmm", CultureInfo.InvariantCulture));
        writer.Segment("HL", 1, X12Value.None, "20", "1");
        WritePayer(writer, payer);
        writer.Segment("HL", 2, 1, "21", "1");
        writer.Segment("NM1", "41", "2", X12Value.Words(receiverName), X12Value.None, X12Value.None, X12Value.None, X12Value.None, "46", receiverId);
        writer.Segment("HL", 3, 2, "19", "1");
        WriteProvider(writer, provider);
        var level = 3;
        foreach (var question in questions)
        {
            writer.Segment("HL", ++level, 3, "22", "0");
            writer.Segment("DMG", "D8", (DateOnly?)question.BirthDate);
            WriteSubscriber(writer, question.LastName, question.FirstName, question.MemberId);
            writer.Segment("TRN", "1", question.Trace);
            if (question.PayerClaim is not null)
                writer.Segment("REF", "1K", question.PayerClaim);
            writer.Segment("REF", "EJ", question.Claim);
            writer.Segment("AMT", "T3", (decimal?)question.Charge);
            writer.Segment("DTP", "472", question.Service.From == question.Service.Through ? "D8" : "RD8", X12Value.Of(question.Service));
        }

        return End(writer) && findings.Errors == before;
    }

    private static void Begin(X12Writer writer, OutgoingEnvelope envelope, string id, string version)
    {
        var grammar = TransactionGrammar.Find(id, version)!;
        writer.BeginInterchange(envelope);
        writer.BeginGroup(envelope, grammar);
        writer.BeginSet(grammar);
    }

    private static bool End(X12Writer writer)
    {
        writer.EndSet();
        writer.EndGroup();
        writer.EndInterchange();
        return true;
    }

    private static void WritePayer(X12Writer writer, ClaimPayer payer) =>
        writer.Segment("NM1", "PR", "2", X12Value.Words(payer.Name), X12Value.None, X12Value.None, X12Value.None, X12Value.None, "PI", payer.Id);

    private static void WriteProvider(X12Writer writer, Provider provider) =>
        writer.Segment("NM1", "1P", provider.FirstName is null ? "2" : "1", X12Value.Words(provider.LastName), X12Value.Words(provider.FirstName),
            X12Value.None, X12Value.None, X12Value.None,
            provider.Npi is null ? "FI" : "XX", provider.Npi ?? provider.TaxNumber);

    private static void WriteSubscriber(X12Writer writer, string lastName, string? firstName, string memberId) =>
        writer.Segment("NM1", "IL", "1", X12Value.Words(lastName), X12Value.Words(firstName), X12Value.None, X12Value.None, X12Value.None, "MI", memberId);
}
