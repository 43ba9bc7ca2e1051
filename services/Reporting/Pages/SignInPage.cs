namespace Ips.Reporting.Pages;

/// <summary>Where a person brings a token. Nothing here is a password of ours: the token is checked like that of any call.</summary>
public static class SignInPage
{
    /// <param name="problem">What was wrong with the last try; null on the first.</param>
    /// <param name="back">The local path to go on to.</param>
    public static Html Of(string? problem, string back) => Html.Of($"""
        {Html.When(problem is not null, () => Html.Of($"<p class=\"problem\" role=\"alert\" id=\"problem\">{problem}</p>"))}
        <p>The pages need a token of a payer, a provider, the state or operations, as the API does.</p>
        <form method="post" action="/sign-in">
        <div class="wide"><label for="token">Token</label>
        <textarea id="token" name="token" required="required" autocomplete="off" spellcheck="false" aria-describedby="{(problem is null ? "how" : "problem how")}"></textarea></div>
        <input type="hidden" name="back" value="{back}"/>
        <div><button type="submit">Sign in</button></div>
        </form>
        <section aria-labelledby="how-title"><h2 id="how-title">How to get a token</h2>
        <div id="how">
        <p>In the sandbox: <code>dotnet run --project AppHost -- token --role state --org nc-dhhs</code>, then paste what it prints. Other roles are provider, mco and ops.</p>
        <p>In production: the access token that your identity provider issued for this platform.</p>
        <p>The token is kept in a cookie that scripts and other sites cannot use, until you sign out or close the browser. It ends when the token ends.</p>
        </div></section>
        """);
}
