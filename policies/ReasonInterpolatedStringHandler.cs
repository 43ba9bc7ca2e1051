using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ips.Policies;

/// <summary>
/// A reason that is written only when it is read. A decision is evaluated without text; the first read of its findings evaluates the same
/// pure function again, with text. So a reason is next to its condition in the code and costs nothing until it is read.
/// </summary>
[InterpolatedStringHandler]
public ref struct ReasonInterpolatedStringHandler
{
    private readonly StringBuilder? _text;
    private readonly bool _isRemedy;
    private bool _lacksValue;

    /// <summary>Called by the compiler.</summary>
    public ReasonInterpolatedStringHandler(int literalLength, int formattedCount, RuleEvaluation evaluation, out bool append)
    {
        append = evaluation.Explaining;
        _text = append ? new StringBuilder(literalLength + (formattedCount * 10)) : null;
    }

    /// <summary>Called by the compiler.</summary>
    public ReasonInterpolatedStringHandler(int literalLength, int formattedCount, RuleResult result, out bool append)
    {
        append = result.WantsRemedy;
        _isRemedy = true;
        _text = append ? new StringBuilder(literalLength + (formattedCount * 10)) : null;
    }

    /// <summary>Called by the compiler.</summary>
    public readonly void AppendLiteral(string text) => _text!.Append(text);

    /// <summary>A day, written YYYY-MM-DD.</summary>
    public readonly void AppendFormatted(DateOnly day) => _text!.Append(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>A day that may be absent. A remedy that needs an absent day is dropped.</summary>
    public void AppendFormatted(DateOnly? day)
    {
        _lacksValue |= day is null;
        _text!.Append(day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "not known");
    }

    /// <summary>A yes or a no.</summary>
    public readonly void AppendFormatted(bool answer) => _text!.Append(answer ? "yes" : "no");

    /// <summary>A yes, a no, or neither where the fact is absent.</summary>
    public readonly void AppendFormatted(bool? answer) => _text!.Append(answer switch { true => "yes", false => "no", null => "not known" });

    /// <summary>A text.</summary>
    public readonly void AppendFormatted(string? text) => _text!.Append(text);

    /// <summary>Several texts, joined by commas; "none" when empty.</summary>
    public readonly void AppendFormatted(IEnumerable<string> texts)
    {
        var joined = string.Join(", ", texts);
        _text!.Append(joined.Length == 0 ? "none" : joined);
    }

    /// <inheritdoc cref="AppendFormatted(IEnumerable{string})"/>
    public readonly void AppendFormatted(IReadOnlyList<string> texts) => AppendFormatted(texts.AsEnumerable());

    /// <summary>Several days, joined by commas; "none" when empty.</summary>
    public readonly void AppendFormatted(IEnumerable<DateOnly> days) =>
        AppendFormatted(days.Select(d => d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

    /// <summary>A number or a code; a remedy that needs an absent one is dropped. Lists whose declared type is not an interface come here; they are
    /// written as lists too.</summary>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        _lacksValue |= value is null;
        switch (value)
        {
            case IEnumerable<string> texts:
                AppendFormatted(texts);
                break;
            case IEnumerable<DateOnly> days:
                AppendFormatted(days);
                break;
            default:
                _text!.Append(value is IFormattable f ? f.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? "not known");
                break;
        }
    }

    internal readonly string? Text => _isRemedy && _lacksValue ? null : _text?.ToString();
}
