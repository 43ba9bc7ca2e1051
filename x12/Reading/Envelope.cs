namespace Ips.X12;

/// <summary>The part of a file that a segment belongs to.</summary>
public enum EnvelopePart
{
    /// <summary>ISA.</summary>
    InterchangeStart,

    /// <summary>TA1: an acknowledgement of another interchange. It stands between ISA and the first GS or the IEA.</summary>
    InterchangeAcknowledgement,

    /// <summary>GS.</summary>
    GroupStart,

    /// <summary>ST.</summary>
    SetStart,

    /// <summary>A segment between ST and SE.</summary>
    Body,

    /// <summary>SE.</summary>
    SetEnd,

    /// <summary>GE.</summary>
    GroupEnd,

    /// <summary>IEA.</summary>
    InterchangeEnd,

    /// <summary>Something between envelopes.</summary>
    Outside,
}

/// <summary>ISA: who sends what to whom. Ids are without the blanks that fill them up.</summary>
/// <param name="SenderQualifier">ISA05.</param>
/// <param name="Sender">ISA06.</param>
/// <param name="ReceiverQualifier">ISA07.</param>
/// <param name="Receiver">ISA08.</param>
/// <param name="Date">ISA09, YYMMDD as written.</param>
/// <param name="Time">ISA10, HHMM as written.</param>
/// <param name="Version">ISA12.</param>
/// <param name="Control">ISA13, nine digits.</param>
/// <param name="WantsAcknowledgement">ISA14 is 1.</param>
/// <param name="IsTest">ISA15 is T.</param>
public sealed record Interchange(
    string SenderQualifier, string Sender, string ReceiverQualifier, string Receiver, string Date, string Time, string Version, string Control,
        bool WantsAcknowledgement, bool IsTest)
{
    internal static Interchange Of(in Segment isa) => new(
        isa.Text(5).TrimEnd(), isa.Text(6).TrimEnd(), isa.Text(7).TrimEnd(), isa.Text(8).TrimEnd(), isa.Text(9), isa.Text(10), isa.Text(12).TrimEnd(),
            isa.Text(13).TrimEnd(),
        isa.Is(14, "1"u8), isa.Is(15, "T"u8));
}

/// <summary>GS: a group of transaction sets of one kind.</summary>
/// <param name="Kind">GS01, for example HC for claims.</param>
/// <param name="Sender">GS02.</param>
/// <param name="Receiver">GS03.</param>
/// <param name="Date">GS04, CCYYMMDD as written.</param>
/// <param name="Time">GS05 as written.</param>
/// <param name="Control">GS06.</param>
/// <param name="Version">GS08, for example 005010X222A1.</param>
public sealed record Group(string Kind, string Sender, string Receiver, string Date, string Time, string Control, string Version)
{
    internal static Group Of(in Segment gs) => new(gs.Text(1), gs.Text(2), gs.Text(3), gs.Text(4), gs.Text(5), gs.Text(6), gs.Text(8));
}

/// <summary>ST: a transaction set.</summary>
/// <param name="Id">ST01, for example 837.</param>
/// <param name="Control">ST02.</param>
/// <param name="Version">ST03, or GS08 where the set does not repeat it, as in an 835. Empty when neither is there.</param>
public sealed record TransactionSet(string Id, string Control, string Version);
