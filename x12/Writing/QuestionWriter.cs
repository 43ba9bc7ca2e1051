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
    private static readonly TransactionGrammar Eligibility = TransactionGrammar.Find("270", "005010X279A1")!;
    private static readonly TransactionGrammar Status = TransactionGrammar.Find("276", "005010X212")!;

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
            IEnumerable<EligibilityQuestion> questions, Findings findings, WriteOptions? options = null) =>
        Write(output, envelope, Eligibility, findings, options, writer =>
        {
            writer.Head("0022", "13", reference, envelope.Created);
            writer.Segment("HL", 1, X12Value.None, "20", "1");
            writer.Payer(payer);
            writer.Segment("HL", 2, 1, "21", "1");
            WriteProvider(writer, requester);
            var level = 2;
            foreach (var question in questions)
            {
                writer.Segment("HL", ++level, 2, "22", "0");
                writer.Segment("TRN", "1", question.Trace, company);
                writer.Party(new("IL", question.LastName, question.FirstName, "MI", question.MemberId));
                writer.BirthDate(question.BirthDate);
                writer.Days("291", question.Service);
                foreach (var type in question.ServiceTypes)
                    writer.Segment("EQ", type);
            }
        });

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
            IEnumerable<ClaimStatusQuestion> questions, Findings findings, WriteOptions? options = null) =>
        Write(output, envelope, Status, findings, options, writer =>
        {
            writer.Head("0010", "13", reference, envelope.Created);
            writer.Segment("HL", 1, X12Value.None, "20", "1");
            writer.Payer(payer);
            writer.Segment("HL", 2, 1, "21", "1");
            writer.Party(new("41", receiverName, null, "46", receiverId));
            writer.Segment("HL", 3, 2, "19", "1");
            WriteProvider(writer, provider);
            var level = 3;
            foreach (var question in questions)
            {
                writer.Segment("HL", ++level, 3, "22", "0");
                writer.BirthDate(question.BirthDate);
                writer.Party(new("IL", question.LastName, question.FirstName, "MI", question.MemberId));
                writer.Segment("TRN", "1", question.Trace);
                if (question.PayerClaim is not null)
                    writer.Segment("REF", "1K", question.PayerClaim);
                writer.Segment("REF", "EJ", question.Claim);
                writer.Segment("AMT", "T3", (decimal?)question.Charge);
                writer.Days("472", question.Service);
            }
        });

    private static bool Write(
        Stream output, OutgoingEnvelope envelope, TransactionGrammar grammar, Findings findings, WriteOptions? options, Action<X12Writer> segments) =>
        SharedSegments.Interchange(output, envelope, options, findings, writer => writer.Group(envelope, grammar, [writer], segments));

    private static void WriteProvider(X12Writer writer, Provider provider) =>
        writer.Party(new("1P", provider.LastName, provider.FirstName, provider.Npi is null ? "FI" : "XX", provider.Npi ?? provider.TaxNumber));
}
