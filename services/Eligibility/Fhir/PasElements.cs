using System.Globalization;
using Hl7.Fhir.Model;

namespace Ips.Eligibility.Fhir;

/// <summary>Reads and makes the elements that requests and answers of PAS have alike.</summary>
internal static class PasElements
{
    /// <summary>The value of an extension of PAS; null without it.</summary>
    public static DataType? ValueOf(this IExtendable element, string name) => element.GetExtension(PasCodes.Extension(name))?.Value;

    /// <summary>The text of an extension of PAS; null without it.</summary>
    public static string? TextOf(this IExtendable element, string name) => (element.ValueOf(name) as FhirString)?.Value;

    /// <summary>The value of a part of an extension; null without it.</summary>
    public static DataType? Part(this Extension? extension, string url) => extension?.Extension.Find(e => e.Url == url)?.Value;

    /// <summary>The sender's own numbers of an item.</summary>
    public static IEnumerable<Identifier> Traces(this IExtendable item) =>
        item.GetExtensions(PasCodes.Extension("itemTraceNumber")).Select(e => e.Value).OfType<Identifier>();

    /// <summary>Codes of what a document contains.</summary>
    public static IEnumerable<string> ContentCodes(this DocumentReference document) =>
        (document.Context?.Event ?? []).SelectMany(e => e.Coding).Where(c => c.System == PasCodes.Documents).Select(c => c.Code).OfType<string>();

    /// <summary>The codes of the packs with which a question is answered.</summary>
    public static IEnumerable<string> Codes(this QuestionnaireResponse.ItemComponent item) =>
        item.Answer.Select(a => a.Value).OfType<Coding>().Where(c => c.System == PasCodes.Documents).Select(c => c.Code).OfType<string>();

    /// <summary>The questions beneath a question and beneath its answers.</summary>
    public static IEnumerable<QuestionnaireResponse.ItemComponent> Beneath(this QuestionnaireResponse.ItemComponent item) =>
        item.Item.Concat(item.Answer.SelectMany(a => a.Item));

    /// <summary>Days from and through, both included.</summary>
    public static Period Span(DateOnly from, DateOnly through) => new() { Start = from.Day(), End = through.Day() };

    /// <summary>The day that a text begins with; null when it is no whole day YYYY-MM-DD.</summary>
    public static DateOnly? Day(string? text) => text is { Length: >= 10 }
        && DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
