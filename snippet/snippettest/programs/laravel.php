<?php
// Run by php -S: it answers what is no file of the pages.
error_reporting(E_ALL & ~E_DEPRECATED);
require '/usr/share/php/GuzzleHttp/autoload.php';
require '/usr/share/php/Illuminate/autoload.php';
require_once '/usr/share/php/Illuminate/Foundation/helpers.php';
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Route;

if (is_file($_SERVER['DOCUMENT_ROOT'] . $_SERVER['SCRIPT_NAME'])) {
    return false;
}
session_save_path(__DIR__);
session_start();
$app = new Illuminate\Foundation\Application(__DIR__);
$app->instance('config', new Illuminate\Config\Repository(['services' => ['tooljet' => ['key' => getenv('TOOLJET_API_TOKEN')]]]));
$app->instance('log', new Psr\Log\NullLogger());
$app->singleton(Illuminate\Contracts\Routing\ResponseFactory::class, fn () => new class extends Illuminate\Routing\ResponseFactory { public function __construct() {} });
Illuminate\Support\Facades\Facade::setFacadeApplication($app);
require __DIR__ . '/sample.php';
Route::get('/sign-in', function (Request $request) {
    $_SESSION['email'] = $request->query('email');
    return 'Signed in.';
});
$request = Request::capture();
$request->setUserResolver(fn () => isset($_SESSION['email']) ? (object) ['email' => $_SESSION['email']] : null);
$app->instance('request', $request);
$app->make('router')->dispatch($request)->send();
