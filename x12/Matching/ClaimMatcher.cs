namespace Ips.X12;

/// <summary>A line of ours that an answer may be about.</summary>
/// <param name="Claim">CLM01 of the sending.</param>
/// <param name="LineControl">REF*6R that we sent.</param>
/// <param name="PayerClaim">The payer's claim number, once known.</param>
/// <param name="Procedure">What we sent, modifiers included.</param>
/// <param name="Service">The days of service.</param>
/// <param name="Charge">What we charged, in dollars.</param>
/// <param name="MemberId">The member id at the payer.</param>
public sealed record SentLine(string Claim, string LineControl, string? PayerClaim, Procedure Procedure, Period Service, decimal Charge, string MemberId);

/// <summary>How an answer was matched.</summary>
public enum MatchBy
{
    /// <summary>Not matched; see the candidates.</summary>
    None,

    /// <summary>By REF*6R, and by the claim number that agrees with it.</summary>
    LineControl,

    /// <summary>By CLM01 and what is unmistakable within that claim.</summary>
    Claim,

    /// <summary>By the payer's claim number and what is unmistakable within that claim.</summary>
    PayerClaim,

    /// <summary>By member, procedure with all modifiers, day and charge.</summary>
    Contents,
}

/// <summary>The line of ours that a remittance line is about, or the candidates for a person to choose from.</summary>
/// <param name="By">How it was matched.</param>
/// <param name="Line">Our line; null when it was not matched.</param>
/// <param name="Candidates">Lines that it may be about when it was not matched; empty when there is none.</param>
/// <param name="Why">Why it was not matched.</param>
public sealed record LineMatch(MatchBy By, SentLine? Line, IReadOnlyList<SentLine> Candidates, string? Why);

/// <summary>Finds the line of ours that a remittance line is about: by our numbers first, then by the payer's, then by contents, and never by the code alone.</summary>
/// <remarks>
/// A payer may return another procedure or fewer modifiers than we sent; our numbers are right all the same. Where they are missing, anything that leaves two lines possible
/// goes to a person: money for one milestone is never posted to another.
/// </remarks>
public static class ClaimMatcher
{
    /// <summary>Matches a remittance line.</summary>
    /// <param name="claim">The claim of the remittance.</param>
    /// <param name="line">Its line.</param>
    /// <param name="sent">Lines of ours that may be meant: those of the claim number, of the payer's number and of the member.</param>
    public static LineMatch Match(RemittanceClaim claim, RemittanceLine line, IReadOnlyCollection<SentLine> sent)
    {
        var ofClaim = sent.Where(s => Same(s.Claim, claim.Claim)).ToList();
        if (line.LineControl is { } control)
        {
            var byControl = sent.Where(s => Same(s.LineControl, control)).ToList();
            if (byControl.Count == 1 && (ofClaim.Count == 0 || ofClaim.Contains(byControl[0])))
                return new(MatchBy.LineControl, byControl[0], [], null);
            if (byControl.Where(ofClaim.Contains).ToList() is [var one])
                return new(MatchBy.LineControl, one, [], null);
            if (byControl.Count > 0)
                return new(MatchBy.None, null, [.. byControl.Union(ofClaim)], "its line control number is that of another claim");
        }

        if (ofClaim.Count > 0)
            return Within(ofClaim, claim, line, MatchBy.Claim);
        var ofPayer = sent.Where(s => s.PayerClaim is not null && Same(s.PayerClaim, claim.PayerClaim)).ToList();
        return ofPayer.Count > 0 ? Within(ofPayer, claim, line, MatchBy.PayerClaim) : ByContents(sent, claim, line);
    }

    private static LineMatch Within(List<SentLine> lines, RemittanceClaim claim, RemittanceLine line, MatchBy by)
    {
        var same = lines.Where(s => HasContents(s, line, claim)).ToList();
        if (same.Count == 1)
            return new(by, same[0], [], null);
        // The only line of a claim that was answered with the only line: its code may have been changed, day and charge may not.
        if (lines.Count == 1 && claim.Lines.Count == 1 && HasDayAndCharge(lines[0], line, claim))
            return new(by, lines[0], [], null);
        return new(MatchBy.None, null, lines, same.Count > 1 ? "several lines of the claim have the same code, modifiers, day and charge"
            : "no line of the claim has its code, modifiers, day and charge");
    }

    private static LineMatch ByContents(IReadOnlyCollection<SentLine> sent, RemittanceClaim claim, RemittanceLine line)
    {
        var member = claim.Patient?.Id ?? claim.Subscriber?.Id;
        var ofMember = sent.Where(s => member is not null && Same(s.MemberId, member)).ToList();
        var same = ofMember.Where(s => HasContents(s, line, claim)).ToList();
        if (same.Count == 1)
            return new(MatchBy.Contents, same[0], [], null);
        return new(MatchBy.None, null, same.Count > 1 ? same : [.. ofMember.Where(s => line.Service is { } service && s.Service.From == service.From)],
            same.Count > 1 ? "several lines have the same code, modifiers, day and charge"
                : "no line of ours has its numbers or its code, modifiers, day and charge");
    }

    private static bool HasContents(SentLine sent, RemittanceLine line, RemittanceClaim claim) =>
        (line.SentProcedure ?? line.Procedure) is { } procedure && procedure.Equals(sent.Procedure) && HasDayAndCharge(sent, line, claim);

    private static bool HasDayAndCharge(SentLine sent, RemittanceLine line, RemittanceClaim claim) =>
        (line.Service ?? claim.Statement) is { } service && service.From == sent.Service.From && Math.Abs(line.Charge) == sent.Charge;

    /// <summary>Payers return numbers in other letters and without blanks.</summary>
    private static bool Same(string ours, string theirs) => string.Equals(ours.Trim(), theirs.Trim(), StringComparison.OrdinalIgnoreCase) && ours.Length > 0;
}
